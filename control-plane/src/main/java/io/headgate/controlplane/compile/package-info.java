/**
 * Turns the accepted config of the fleet into xDS values, and says of each object whether it works
 * (Gateway API conditions).
 *
 * <p>A change is compiled where it matters: hosts, weights and overrides touch the load assignments
 * of their service and nothing else; a route touches the gateways it attaches to; a service touches
 * its clusters and the gateways that route to it. The result depends on the image alone, never on
 * the way there, so replicas agree.
 *
 * <p>Here is what joins all: what a change touches, gateways, listeners, clusters and the fleet's
 * conditions. Below are folders by feature, each of which may use those named before it: {@code
 * value}, {@code condition}, {@code policy}, {@code access}, {@code tls}, {@code listener}, {@code
 * route}, {@code service}.
 *
 * <p>Thread: confined to the loader's, or to the caller of a dry run; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model}.
 */
@NullMarked
package io.headgate.controlplane.compile;

import org.jspecify.annotations.NullMarked;
