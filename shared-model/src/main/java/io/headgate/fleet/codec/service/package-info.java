/**
 * Services, hosts' overrides, Secrets and ConfigMaps, between message and record.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and {@code fleet}, {@code rule} and the generated messages.
 */
@NullMarked
package io.headgate.fleet.codec.service;

import org.jspecify.annotations.NullMarked;
