/**
 * The one volatile swap between config and traffic.
 *
 * <p>Job: hand an immutable value from the thread that applies config to the event loops that carry
 * traffic. Thread: any. Imports: the JDK only.
 */
@NullMarked
package io.headgate.dataplane.current;

import org.jspecify.annotations.NullMarked;
