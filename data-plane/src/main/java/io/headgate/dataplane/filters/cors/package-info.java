/**
 * The filter {@code cors}: answers preflights and marks answers, so that browsers let scripts of
 * other origins see them.
 *
 * <p><b>Thread:</b> the factory on the config thread, filters on the stream's event loop.
 * <b>Imports:</b> {@code filter}, {@code http}, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.filters.cors;

import org.jspecify.annotations.NullMarked;
