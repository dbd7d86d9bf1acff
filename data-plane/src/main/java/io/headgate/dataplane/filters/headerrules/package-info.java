/**
 * The filter {@code headgate.header_rules}: backends see only the headers that a route allows, and
 * clients no cookie that it removes.
 *
 * <p><b>Thread:</b> the factory on the config thread, filters on the stream's event loop.
 * <b>Imports:</b> {@code filter}, {@code http}, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.filters.headerrules;

import org.jspecify.annotations.NullMarked;
