/**
 * Routes of all kinds with their matches, filters and backends, between message and record.
 *
 * <p>Thread: stateless, or confined to one call.
 *
 * <p>May import: the JDK and {@code fleet}, {@code rule} and the generated messages.
 */
@NullMarked
package io.headgate.fleet.codec.route;

import org.jspecify.annotations.NullMarked;
