package io.headgate.perf.scenario;

import io.headgate.perf.micro.RouteLookups;
import io.headgate.perf.micro.RouteLookups.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a look-up of a route costs in large tables, as a multiple of that in a table of one. */
public final class Routes implements Scenario {
  private static final double MOST = 2;

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
    Map<Shape, Map<Integer, Double>> nanos = measure(quick);
    StringBuilder text =
        new StringBuilder(
            "# Looking up a route\n\n| table | ns at 1 | at 1,000 | ratio | at 10,000 | ratio |\n"
                + "|---|---|---|---|---|---|\n");
    StringBuilder slow = new StringBuilder();
    nanos.forEach((shape, bySize) -> {
      double one = bySize.getOrDefault(1, Double.NaN);
      double thousand = bySize.getOrDefault(1_000, Double.NaN);
      double most = bySize.getOrDefault(10_000, Double.NaN);
      text.append(
          String.format(
              "| %s | %.1f | %.1f | %.2f | %.1f | %.2f |%n",
              switch (shape) {
                case EXACT -> "exact paths";
                case PREFIX -> "prefixes";
                case HOSTS -> "virtual hosts";
              },
              one,
              thousand,
              thousand / one,
              most,
              most / one));
      if (!(thousand / one <= MOST)) {
        slow.append(shape).append(' ');
      }
    });
    Files.createDirectories(report);
    Files.writeString(report.resolve("routes.md"), text);
    if (!quick && !slow.isEmpty()) {
      throw new IllegalStateException(
          slow + "cost more than " + MOST + " times as much at 1,000 as at 1\n" + text);
    }
    return text.toString();
  }

  private static Map<Shape, Map<Integer, Double>> measure(boolean quick) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(RouteLookups.class.getName())
                    .forks(quick ? 1 : 3)
                    .warmupIterations(quick ? 1 : 3)
                    .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                    .measurementIterations(quick ? 1 : 5)
                    .measurementTime(TimeValue.milliseconds(quick ? 300 : 1_000))
                    .verbosity(VerboseMode.SILENT)
                    .jvmArgsAppend("-Xmx1g", "-XX:+UseSerialGC")
                    .shouldFailOnError(true)
                    .build())
            .run();
    Map<Shape, Map<Integer, Double>> nanos = new EnumMap<>(Shape.class);
    for (RunResult result : results) {
      nanos
          .computeIfAbsent(
              Shape.valueOf(result.getParams().getParam("shape")), s -> new TreeMap<>())
          .put(
              Integer.valueOf(result.getParams().getParam("size")),
              result.getPrimaryResult().getScore());
    }
    return nanos;
  }
}
