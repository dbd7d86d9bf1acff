/**
 * Services as clusters and hosts as their load assignments.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}, {@code policy}, {@code condition}, {@code listener}, {@code tls}.
 */
@NullMarked
package io.headgate.controlplane.compile.service;

import org.jspecify.annotations.NullMarked;
