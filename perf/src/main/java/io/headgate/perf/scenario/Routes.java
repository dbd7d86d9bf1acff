package io.headgate.perf.scenario;

import io.headgate.perf.micro.RouteLookups;
import io.headgate.perf.micro.RouteLookups.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a look-up of a route costs in large tables, as a multiple of that in a table of one. */
public final class Routes implements Scenario {
  private static final double MOST_TIMES = 2;

  /** Of routes or virtual hosts, where the multiple is judged. */
  private static final int JUDGED_AT = 1_000;

  /**
   * Less than the smallest object; what the profiler itself allocates is shared by all look-ups.
   */
  private static final double MOST_BYTES = 8;

  /**
   * Of one look-up.
   *
   * @param error half of the 99.9 % confidence interval
   * @param bytes that it allocates
   */
  private record Cost(double nanos, double error, double bytes) {}

  @Override
  public String name() {
    return "routes";
  }

  @Override
  public String summary() {
    return "look-ups of routes by JMH: many routes and virtual hosts beside one";
  }

  @Override
  public String run(Path report, boolean quick) throws Exception {
    StringBuilder text =
        new StringBuilder("# Looking up a route\n\n")
            .append("| table of | so many | ns | ± | times one | bytes allocated |\n")
            .append("|---|---|---|---|---|---|\n");
    List<String> problems = new ArrayList<>();
    measure(quick)
        .forEach((shape, costs) -> {
          String what =
              switch (shape) {
                case EXACT -> "exact paths";
                case PREFIX -> "prefixes";
                case HOSTS -> "virtual hosts";
              };
          double one = costs.getOrDefault(1, new Cost(Double.NaN, 0, 0)).nanos();
          costs.forEach((size, cost) -> {
            double times = cost.nanos() / one;
            String row =
                String.format(
                    "| %s | %,d | %.1f | %.1f | %.2f | %.1f |",
                    what, size, cost.nanos(), cost.error(), times, cost.bytes());
            text.append(row).append('\n');
            boolean slow = size == JUDGED_AT && !(times <= MOST_TIMES);
            if (slow || !(cost.bytes() < MOST_BYTES)) {
              problems.add(row);
            }
          });
          if (!costs.containsKey(JUDGED_AT)) {
            problems.add("nothing measured of " + what);
          }
        });
    Files.createDirectories(report);
    Files.writeString(report.resolve("routes.md"), text);
    if (!quick && !problems.isEmpty()) {
      throw new IllegalStateException(
          "more than %s times one at %s, or garbage: %s\n%s"
              .formatted(MOST_TIMES, JUDGED_AT, problems, text));
    }
    return text.toString();
  }

  private static Map<Shape, SortedMap<Integer, Cost>> measure(boolean quick) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(RouteLookups.class.getName())
                    .forks(quick ? 1 : 3)
                    .warmupIterations(quick ? 2 : 3)
                    .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                    .measurementIterations(quick ? 2 : 5)
                    .measurementTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                    .verbosity(VerboseMode.SILENT)
                    .addProfiler(GCProfiler.class)
                    .jvmArgsAppend("-Xmx1g", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders")
                    .shouldFailOnError(true)
                    .build())
            .run();
    Map<Shape, SortedMap<Integer, Cost>> costs = new EnumMap<>(Shape.class);
    for (Shape shape : Shape.values()) {
      costs.put(shape, new TreeMap<>());
    }
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
      costs
          .computeIfAbsent(
              Shape.valueOf(result.getParams().getParam("shape")), s -> new TreeMap<>())
          .put(
              Integer.valueOf(result.getParams().getParam("size")),
              new Cost(
                  time.getScore(),
                  time.getScoreError(),
                  bytes == null ? Double.NaN : bytes.getScore()));
    }
    return costs;
  }
}
