/**
 * The local HTTP admin: what the process knows of itself, and two ways to end it.
 *
 * <p>Job: Envoy's paths and formats over the JDK's own HTTP server, which has no part in traffic.
 * What is shown comes from {@link io.headgate.dataplane.admin.AdminFacts}, what is done goes to
 * {@link io.headgate.dataplane.admin.AdminActions}; {@code app} joins both. Changes are POST;
 * secrets are redacted.
 *
 * <p>Owning thread: virtual threads of its own, never an event loop.
 *
 * <p>May import: {@code cluster}, {@code endpoint}, {@code explain}, {@code observe}, {@code
 * xds.model}, {@code xds.codec}, {@code fleet.codec}, protos (the dump is Envoy's).
 */
@NullMarked
package io.headgate.dataplane.admin;

import org.jspecify.annotations.NullMarked;
