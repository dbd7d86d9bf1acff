/**
 * The aggregated stream to one of several control planes: its connection, and both variants of the
 * protocol.
 *
 * <p>Owning thread: the xds thread. {@code DeltaSession}, {@code SotwSession} and {@code
 * StreamKeeper} know neither gRPC nor threads; the classes that begin with {@code Grpc} are the
 * transport around them.
 *
 * <p>May import: {@code xds.resource}, {@code xds.node}, {@code xds.thread}, the protos and gRPC.
 */
@NullMarked
package io.headgate.dataplane.xds.stream;

import org.jspecify.annotations.NullMarked;
