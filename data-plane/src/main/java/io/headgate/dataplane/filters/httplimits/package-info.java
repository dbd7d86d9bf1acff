/**
 * The filter {@code headgate.http_limits}: how long a URL and how large a body may be. Routes get a
 * longer URL by an exception that names its owner and ends by itself.
 *
 * <p><b>Thread:</b> the factory on the config thread, filters on the stream's event loop.
 * <b>Imports:</b> {@code filter}, {@code http}, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.filters.httplimits;

import org.jspecify.annotations.NullMarked;
