/**
 * Generated route tables through Headgate and the real Envoy: the same request takes the same
 * route, reaches the same host in the same shape, and is answered alike.
 *
 * <p>{@link io.headgate.routing.Tables} draws tables, {@link io.headgate.routing.Probes} the
 * requests for them; both programs serve all tables of a run at once, a virtual host each.
 */
@NullMarked
package io.headgate.routing;

import org.jspecify.annotations.NullMarked;
