/**
 * Gateways, the routes that they allow, and reference grants, between message and record.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and {@code fleet}, {@code rule} and the generated messages.
 */
@NullMarked
package io.headgate.fleet.codec.gateway;

import org.jspecify.annotations.NullMarked;
