/** One class for each benchmark that {@code perf/run.sh} knows. */
@NullMarked
package io.headgate.perf.scenario;

import org.jspecify.annotations.NullMarked;
