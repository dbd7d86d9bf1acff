/**
 * TLS as others see it. The matrix runs each case against Headgate and against Envoy, started from
 * one bootstrap, with OpenSSL as the client: verdicts have to be the same, and those that are not
 * are named with their reason. Rotation is watched under load, and testssl.sh looks for weaknesses
 * ({@code integration-tests/suite.sh tls}; the build leaves testssl.sh out, rotates for less long,
 * and has a part of the matrix).
 */
@NullMarked
package io.headgate.tls;

import org.jspecify.annotations.NullMarked;
