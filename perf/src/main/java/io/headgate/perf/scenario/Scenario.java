package io.headgate.perf.scenario;

import java.nio.file.Path;

/** One benchmark. */
public interface Scenario {

  /** The word that {@code perf/run.sh} takes. */
  String name();

  /** One line for the list of benchmarks. */
  String summary();

  /**
   * Measures and writes {@code <name>.md} (and plots) into a directory.
   *
   * @param quick a form of under a minute that shows that the benchmark works, not what it finds
   * @return the report's text
   * @throws IllegalStateException if something could not be measured, or a request failed
   */
  String run(Path report, boolean quick) throws Exception;
}
