/** Clocks and load: CPU time of a process, paced load, reports. */
@NullMarked
package io.headgate.perf.measure;

import org.jspecify.annotations.NullMarked;
