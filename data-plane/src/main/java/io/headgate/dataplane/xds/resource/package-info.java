/**
 * What is wanted of each type of resource, what was accepted and what was refused: responses are
 * judged resource by resource, before anything of them is used.
 *
 * <p>Owning thread: the xds thread. Knows neither gRPC nor threads.
 *
 * <p>May import: {@code xds.codec}, {@code xds.model} and the protos. Does not know {@code
 * runtime}: it calls {@link io.headgate.dataplane.xds.resource.ConfigReceiver}, and {@code app}
 * joins the two.
 */
@NullMarked
package io.headgate.dataplane.xds.resource;

import org.jspecify.annotations.NullMarked;
