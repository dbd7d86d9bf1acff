/**
 * One stream from its head to its access-log line: hygiene, route, filters, timeouts, local
 * replies.
 *
 * <p><b>Thread:</b> the connection's event loop; generations are immutable and shared.
 * <b>Imports:</b> {@code http}, {@code observe}, {@code filter}, {@code current}, {@code codec.h1}
 * settings, {@code xds.model}.
 */
@NullMarked
package io.headgate.dataplane.hcm;

import org.jspecify.annotations.NullMarked;
