package io.headgate.perf;

import io.headgate.perf.scenario.Memory;
import io.headgate.perf.scenario.Propagation;
import io.headgate.perf.scenario.Routes;
import io.headgate.perf.scenario.S1;
import io.headgate.perf.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code perf/run.sh NAME… [--quick]}: runs benchmarks, prints their reports, closes with a count.
 */
public final class Bench {

  private static final List<Scenario> SCENARIOS =
      List.of(new S1(), new Propagation(), new Memory(), new Routes());

  private Bench() {}

  public static void main(String[] arguments) {
    List<String> names = new ArrayList<>(Arrays.asList(arguments));
    boolean quick = names.remove("--quick");
    if (names.isEmpty() || names.contains("list")) {
      SCENARIOS.forEach(
          scenario -> System.out.println(scenario.name() + "  " + scenario.summary()));
      System.exit(names.isEmpty() ? 2 : 0);
    }
    int passed = 0;
    int failed = 0;
    for (String name : names) {
      if (run(name, quick)) {
        passed++;
      } else {
        failed++;
      }
    }
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  private static boolean run(String name, boolean quick) {
    Scenario scenario =
        SCENARIOS.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    if (scenario == null) {
      System.err.println("no benchmark " + name + "; `list` prints their names");
      return false;
    }
    try {
      System.out.println(scenario.run(Path.of("perf", "target", "report"), quick));
      return true;
    } catch (Exception e) {
      System.err.println(name + ": " + e);
      e.printStackTrace();
      return false;
    }
  }
}
