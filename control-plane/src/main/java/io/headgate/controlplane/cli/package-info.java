/**
 * The command {@code headgate}: applies, shows and deletes fleet objects, shows the fleet and waits
 * for it, over the REST API; {@code validate} needs nothing else to run, {@code register} talks to
 * etcd.
 *
 * <p>Thread: one command runs on the main thread. Imports: the fleet model and its codec; {@code
 * store} for {@code register} alone.
 */
@NullMarked
package io.headgate.controlplane.cli;

import org.jspecify.annotations.NullMarked;
