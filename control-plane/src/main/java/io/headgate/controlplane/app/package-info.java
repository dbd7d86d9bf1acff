/**
 * The control plane's process: its settings, its main class, the wiring of all other packages and
 * the adapters that join packages which do not know each other.
 *
 * <p>Thread: the main thread starts and stops; it owns nothing while the process serves. May import
 * everything.
 */
@NullMarked
package io.headgate.controlplane.app;

import org.jspecify.annotations.NullMarked;
