/**
 * The slow loop of load balancing: load reports in, effective weights out.
 *
 * <p>Every replica adds up what its proxies report of each host in windows of five seconds and
 * gives the windows to the others; the elected one works out a factor for each host from all of
 * them and writes it to etcd, from where it reaches every proxy as EDS.
 *
 * <p>Thread: reports come in on gRPC's threads and meet in {@link
 * io.headgate.controlplane.feedback.LoadSums}; everything else runs on the loop's own thread.
 *
 * <p>May import: store, image, fleetstate, gRPC.
 */
@NullMarked
package io.headgate.controlplane.feedback;

import org.jspecify.annotations.NullMarked;
