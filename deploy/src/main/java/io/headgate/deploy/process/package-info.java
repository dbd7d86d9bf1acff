/**
 * The programs of a fleet as child processes: started, awaited, stopped and killed by process id.
 *
 * <p>Used by the quick start, the integration tests and the benchmarks. Any thread; may import the
 * JDK only.
 */
@NullMarked
package io.headgate.deploy.process;

import org.jspecify.annotations.NullMarked;
