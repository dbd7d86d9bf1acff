/**
 * The proxy process: flags, bootstrap, wiring, signals, and the main class {@link
 * io.headgate.dataplane.app.Proxy}.
 *
 * <p>Threads: {@code main} starts and waits; one config thread owns all config; one thread for each
 * event loop carries traffic; one disk thread writes the last-known-good files.
 *
 * <p>May import everything of the data plane; nothing imports it.
 */
@NullMarked
package io.headgate.dataplane.app;

import org.jspecify.annotations.NullMarked;
