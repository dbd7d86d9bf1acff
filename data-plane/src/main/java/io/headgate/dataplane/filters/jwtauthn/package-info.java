/**
 * The token filter {@code jwt_authn}: lets a request pass when it brings the tokens that its rule
 * asks for, and answers as Envoy does when not.
 *
 * <p>Keys come from the config and are parsed once, by the config thread. A key names the
 * algorithms it may be used with; what a token says about keys ({@code jwk}, {@code jku}, {@code
 * x5u}) is never read. <b>Thread:</b> the factory on the config thread, filters on the stream's
 * event loop; no I/O anywhere. <b>Imports:</b> {@code filter}, {@code http}, {@code observe},
 * {@code route}.
 */
@NullMarked
package io.headgate.dataplane.filters.jwtauthn;

import org.jspecify.annotations.NullMarked;
