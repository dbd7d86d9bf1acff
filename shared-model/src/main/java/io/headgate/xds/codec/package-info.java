/**
 * Envoy v3 protos ⇄ xDS values, in both directions.
 *
 * <p>Job: {@link io.headgate.xds.codec.ResourceDecoder} and {@link
 * io.headgate.xds.codec.BootstrapDecoder} read protos into {@code io.headgate.xds.model} and
 * collect <em>all</em> violations; {@link io.headgate.xds.codec.ResourceEncoder} writes them back
 * with a deterministic serialisation. The control plane runs the same decoder as the proxies.
 *
 * <p>One mechanism makes sure that nothing is skipped: a {@code MessageReader} knows by the
 * message's descriptor which fields are set, and a set field that was neither read nor is listed in
 * {@code NoEffect} is a violation.
 *
 * <p>Thread: pure functions, any thread; no I/O.
 *
 * <p>May import: {@code xds.model}, the generated protos, RE2/J and Nimbus (to check expressions
 * and key sets).
 */
@NullMarked
package io.headgate.xds.codec;

import org.jspecify.annotations.NullMarked;
