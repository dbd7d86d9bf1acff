package io.headgate.framing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Every row of a corpus on every proxy; the differences are written to {@code
 * target/framing-*.txt}, and ours must have none.
 */
final class Comparison {
  /** The proxies, ours first. */
  static final List<String> NAMES = List.of("headgate", "envoy", "haproxy", "nginx");

  private static final int QUIET_MILLIS = 200;
  private static final int PATIENT_MILLIS = 1_200;

  /** Runs a row. */
  interface Runner {
    /**
     * Returns what became of the row.
     *
     * @param quietMillis after so long without a byte a connection counts as open
     */
    String run(Proxy.Lane lane, int quietMillis, Corpus.Row row)
        throws IOException, InterruptedException;
  }

  private final List<Proxy> proxies;
  private final Proxy.Side side;

  Comparison(List<Proxy> proxies, Proxy.Side side) {
    this.proxies = proxies;
    this.side = side;
  }

  void check(
      String file, List<Corpus.Row> rows, Function<Corpus.Row, String> expected, Runner runner)
      throws Exception {
    Map<String, Map<String, String>> seen = new LinkedHashMap<>();
    for (Proxy proxy : proxies) {
      seen.put(proxy.name, run(proxy, rows, expected, runner));
    }
    Map<String, Integer> deviations = new TreeMap<>();
    List<String> ours = new ArrayList<>();
    StringBuilder table = new StringBuilder(file + ": " + rows.size() + " rows\n");
    for (Corpus.Row row : rows) {
      String wanted = expected.apply(row);
      StringBuilder line = new StringBuilder();
      for (String name : NAMES) {
        String got = seen.getOrDefault(name, Map.of()).get(row.name());
        if (!wanted.equals(got)) {
          deviations.merge(name, 1, Integer::sum);
          line.append(" | ").append(name).append(": ").append(got);
          if (name.equals("headgate")) {
            ours.add(row.name() + ": expected " + wanted + ", got " + got);
          }
        }
      }
      if (!line.isEmpty()) {
        table.append(row.name()).append(" | expected: ").append(wanted).append(line).append('\n');
      }
    }
    for (String name : NAMES) {
      int count = deviations.getOrDefault(name, 0);
      table.append(name).append(": ").append(count).append(" of ").append(rows.size());
      table.append(" differ\n");
    }
    Files.writeString(Path.of("target", "framing-" + file + ".txt"), table);
    assertThat(ours).isEmpty();
  }

  /**
   * Runs the rows side by side, and once more with patience where the outcome is not the expected.
   */
  private Map<String, String> run(
      Proxy proxy, List<Corpus.Row> rows, Function<Corpus.Row, String> expected, Runner runner)
      throws Exception {
    ConcurrentLinkedQueue<Corpus.Row> left = new ConcurrentLinkedQueue<>(rows);
    List<Callable<Map<String, String>>> jobs = new ArrayList<>();
    for (Proxy.Lane lane : proxy.lanes(side)) {
      jobs.add(() -> {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (Corpus.Row row = left.poll(); row != null; row = left.poll()) {
          String outcome = once(runner, lane, QUIET_MILLIS, row);
          if (!outcome.equals(expected.apply(row))) {
            proxy.revive();
            outcome = once(runner, lane, PATIENT_MILLIS, row);
          }
          outcomes.put(row.name(), outcome);
        }
        return outcomes;
      });
    }
    Map<String, String> all = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Map<String, String>> job : threads.invokeAll(jobs)) {
        all.putAll(job.get());
      }
    }
    return all;
  }

  private static String once(Runner runner, Proxy.Lane lane, int quietMillis, Corpus.Row row)
      throws IOException, InterruptedException {
    try {
      return runner.run(lane, quietMillis, row);
    } catch (ConnectException e) {
      return "crashed";
    }
  }
}
