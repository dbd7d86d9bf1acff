/**
 * The discovery client: keeps one aggregated stream to one of several control planes, judges every
 * response resource by resource, keeps the accepted ones on disk, and reports back what serves. The
 * same client keeps a stream to each service that secrets come from.
 *
 * <p>This package joins the parts: {@code resource} (what is known and how it is judged), {@code
 * stream} (the conversation), {@code lastknowngood} (the disk), {@code status} (the reports), on
 * the one {@code thread}. The parts do not know it.
 *
 * <p>Owning thread: the xds thread, one single-thread executor handed in as {@link
 * io.headgate.dataplane.xds.thread.XdsThread}. Never an event loop.
 *
 * <p>May import: its parts, {@code xds.model}, the protos and gRPC. Does not know {@code runtime}.
 */
@NullMarked
package io.headgate.dataplane.xds;

import org.jspecify.annotations.NullMarked;
