/**
 * Benchmarks of single operations, by JMH.
 *
 * <p>Scenarios run them and judge their figures.
 */
@NullMarked
package io.headgate.perf.micro;

import org.jspecify.annotations.NullMarked;
