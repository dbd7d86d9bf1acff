/**
 * Routes: which listeners they attach to, their matches, filters, timeouts and retries, and their
 * order in the table.
 *
 * <p>Thread: confined to the compiler's; results are immutable.
 *
 * <p>May import: {@code image}, {@code io.headgate.fleet}, {@code io.headgate.xds.model} and {@code
 * value}, {@code policy}, {@code condition}, {@code access}, {@code listener}, {@code tls}.
 */
@NullMarked
package io.headgate.controlplane.compile.route;

import org.jspecify.annotations.NullMarked;
