/**
 * Envoy v3 protos ⇄ xDS values, in both directions.
 *
 * <p>Job: {@link io.headgate.xds.codec.ResourceDecoder} reads a resource into {@code
 * io.headgate.xds.model} and collects <em>all</em> violations; {@link
 * io.headgate.xds.codec.ResourceEncoder} writes it back with a deterministic serialisation. The
 * control plane runs the same decoder as the proxies. Below are folders by feature, as in the
 * model, each of which may use those named before it: {@code message}, {@code match}, {@code
 * header}, {@code transport}, {@code accesslog}, {@code filter}, {@code route}, {@code http},
 * {@code cluster}, {@code listener}, {@code bootstrap}.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: {@code xds.model}, the generated protos and the folders below.
 */
@NullMarked
package io.headgate.xds.codec;

import org.jspecify.annotations.NullMarked;
