/** Benchmarks: Headgate beside its peers in one run, reported as ratios. */
@NullMarked
package io.headgate.perf;

import org.jspecify.annotations.NullMarked;
