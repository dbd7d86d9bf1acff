/**
 * What a ClientTrafficPolicy makes of a listener: its socket, its connection manager, limits, logs
 * and traces, and what a client that lacks our extensions cannot enforce.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}, {@code policy}, {@code condition}, {@code access}.
 */
@NullMarked
package io.headgate.controlplane.compile.listener;

import org.jspecify.annotations.NullMarked;
