/**
 * Turns xDS values into live objects: builds, keeps what is equal, warms, swaps, and says what
 * serves.
 *
 * <p>Owning thread: the config thread, one at a time; what event loops read is handed over by
 * {@link io.headgate.dataplane.current.Current}. No I/O in the update methods.
 *
 * <p>May import: {@code xds.model} and the packages of live objects ({@code current}, {@code
 * cluster}, {@code route}, {@code filter}, {@code hcm}, {@code listener}, {@code tls}, {@code
 * observe}). Knows neither {@code xds} nor {@code app}: it asks for resources by {@link
 * io.headgate.dataplane.runtime.Subscriptions}.
 */
@NullMarked
package io.headgate.dataplane.runtime;

import org.jspecify.annotations.NullMarked;
