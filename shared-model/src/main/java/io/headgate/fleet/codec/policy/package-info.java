/**
 * Policies for clients, backends and security, between message and record.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and {@code fleet}, {@code document}, {@code rule}, {@code route} and the
 * generated messages.
 */
@NullMarked
package io.headgate.fleet.codec.policy;

import org.jspecify.annotations.NullMarked;
