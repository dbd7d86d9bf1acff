/**
 * TLS of both sides: certificates, authorities, staples and ticket keys as secrets, the contexts of
 * listeners and clusters, and what is wrong with what they refer to.
 *
 * <p>Nothing that is missing ever means clear text or an unchecked peer.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}, {@code policy}, {@code condition}.
 */
@NullMarked
package io.headgate.controlplane.compile.tls;

import org.jspecify.annotations.NullMarked;
