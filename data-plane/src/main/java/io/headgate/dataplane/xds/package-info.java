/**
 * The discovery client: keeps one aggregated stream to one of several control planes, judges every
 * response resource by resource, keeps the accepted ones on disk, and reports back what serves.
 *
 * <p>Owning thread: the xds thread, one single-thread executor handed in as {@link
 * io.headgate.dataplane.xds.XdsThread}. Never an event loop. The state machines ({@code
 * TypeLedger}, {@code ResponseJudge}, {@code DeltaSession}, {@code SotwSession}, {@code
 * DiscoveryClient}, {@code StatusReporter}) know neither gRPC nor threads; the classes that begin
 * with {@code Grpc} are the transport around them.
 *
 * <p>May import: {@code xds.codec}, {@code xds.model}, the protos and gRPC. Does not know {@code
 * runtime}: it calls {@link io.headgate.dataplane.xds.ConfigReceiver}, and {@code app} joins the
 * two.
 */
@NullMarked
package io.headgate.dataplane.xds;

import org.jspecify.annotations.NullMarked;
