/**
 * Traces of requests: which one a request belongs to, what is told to backends, the span of each
 * stream.
 *
 * <p><b>Thread:</b> spans are confined to their stream's event loop until they end. <b>Imports:</b>
 * {@code http}, {@code observe}, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.observe.trace;

import org.jspecify.annotations.NullMarked;
