package io.headgate.perf.measure;

import io.headgate.deploy.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** HTTP/1.1 load by h2load on a core of its own. */
public final class Load {

  private static final Pattern DONE =
      Pattern.compile(
          "requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded, (\\d+) failed, (\\d+)"
              + " errored");
  private static final Pattern RATE =
      Pattern.compile("finished in ([\\d.]+)(m?s), ([\\d.]+) req/s");

  /**
   * What a run saw.
   *
   * @param requests answered with 2xx
   * @param failed anything else
   * @param perSecond answered a second
   * @param p50Micros median time of a request
   * @param p99Micros 99th percentile of it
   * @param cpuShare of its core that the load generator used, 0 to 1
   */
  public record Result(
      long requests,
      long failed,
      double perSecond,
      long p50Micros,
      long p99Micros,
      double cpuShare) {}

  private final Path directory;
  private final String core;

  /**
   * @param directory takes logs
   * @param core number of the core that the load generator is pinned to
   */
  public Load(Path directory, int core) {
    this.directory = directory;
    this.core = Integer.toString(core);
  }

  /**
   * Sends GET requests over keep-alive connections.
   *
   * @param perSecond the pace over all connections; 0 sends as fast as answers come
   */
  public Result run(String url, int connections, double perSecond, Duration duration) {
    Path log = directory.resolve("h2load.tsv");
    List<String> command =
        new ArrayList<>(
            List.of(
                "taskset",
                "-c",
                core,
                "h2load",
                "--h1",
                "-t1",
                "-c" + connections,
                "-D" + duration.toSeconds()));
    if (perSecond > 0) {
      command.add("--rps=" + perSecond / connections);
    }
    for (int i = 1; i <= 8; i++) {
      command.addAll(List.of("-H", "x-header-" + i + ": value-of-header-" + i));
    }
    command.addAll(List.of("--log-file=" + log, url));
    try {
      Files.deleteIfExists(log);
      Files.deleteIfExists(directory.resolve("h2load.log"));
      long started = System.nanoTime();
      ManagedProcess process = ManagedProcess.start("h2load", command, Map.of(), directory);
      CpuClock.Reading cpu = CpuClock.read(process.pid());
      while (!process.awaitExit(Duration.ofMillis(100))) {
        CpuClock.Reading now = CpuClock.read(process.pid());
        cpu = now.nanos() > 0 ? now : cpu;
      }
      process.close();
      double seconds = (System.nanoTime() - started) / 1e9;
      return result(process.output(), log, cpu.nanos() / 1e9 / seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Result result(String output, Path log, double cpuShare) throws IOException {
    Matcher done = DONE.matcher(output);
    Matcher rate = RATE.matcher(output);
    if (!done.find() || !rate.find()) {
      throw new IllegalStateException("h2load said: " + output);
    }
    long succeeded = Long.parseLong(done.group(2));
    long[] micros = durations(log);
    return new Result(
        succeeded,
        Long.parseLong(done.group(1)) - succeeded + Long.parseLong(done.group(4)),
        Double.parseDouble(rate.group(3)),
        percentile(micros, 0.5),
        percentile(micros, 0.99),
        cpuShare);
  }

  /** The log has a line a request: start, status, duration; tab-separated, in microseconds. */
  private static long[] durations(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      long[] micros =
          lines
              .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf('\t') + 1)))
              .toArray();
      Arrays.sort(micros);
      return micros;
    }
  }

  private static long percentile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, (long) (share * sorted.length))];
  }
}
