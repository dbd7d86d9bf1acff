/**
 * Clusters and their endpoints, from and to protos.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: the generated protos, {@code xds.model} and, of the codec, message, transport,
 * http.
 */
@NullMarked
package io.headgate.xds.codec.cluster;

import org.jspecify.annotations.NullMarked;
