/**
 * The stream that reports back what serves, what warms and why.
 *
 * <p>Owning thread: the xds thread.
 *
 * <p>May import: {@code xds.resource}, {@code xds.node}, {@code xds.thread}, the protos and gRPC.
 */
@NullMarked
package io.headgate.dataplane.xds.status;

import org.jspecify.annotations.NullMarked;
