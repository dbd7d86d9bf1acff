/**
 * The filter {@code header_mutation}: changes headers of requests and answers, by the chain's
 * config and by those of the route's levels.
 *
 * <p><b>Thread:</b> the factory on the config thread, filters on the stream's event loop.
 * <b>Imports:</b> {@code filter}, {@code http}, {@code observe}, {@code route} (value formats).
 */
@NullMarked
package io.headgate.dataplane.filters.headermutation;

import org.jspecify.annotations.NullMarked;
