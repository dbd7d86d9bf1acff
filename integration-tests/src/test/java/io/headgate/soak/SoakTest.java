package io.headgate.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.Http;
import io.headgate.soak.Failure.Cause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic through a proxy of a real fleet while config, backends and clients come and go: the
 * proxy causes no error, loses nothing and grows by nothing. The environment variable
 * HEADGATE_SOAK_SECONDS says for how long; 15 if absent.
 */
class SoakTest {
  private static final Duration TIME =
      Duration.ofSeconds(
          Optional.ofNullable(System.getenv("HEADGATE_SOAK_SECONDS"))
              .map(Long::parseLong)
              .orElse(15L));

  /** Errors in a message. */
  private static final int SHOWN = 20;

  private static final Duration BOUND = Duration.ofSeconds(60);

  /** Of a run: enough for medians, and far enough apart to be no load of their own. */
  private static final int SAMPLES = 30;

  private static final Duration MOST_BETWEEN = Duration.ofSeconds(5);

  /** What a tunnel at the listener that changes may count on, less what a busy machine may take. */
  private static final Duration DRAIN = Duration.ofSeconds(4);

  /**
   * Bytes. A third of ten minutes has some 50,000 exchanges: to keep 80 bytes of each is too much.
   */
  private static final long HEAP_GROWTH = 4L << 20;

  /** Bytes: pools grow by chunks of some MiB, by how many depends on what coincides. */
  private static final long DIRECT_GROWTH = 16L << 20;

  /** Connections come and go, and each has two ends: by so many two looks may differ. */
  private static final long DESCRIPTOR_GROWTH = 60;

  /** Files that happen to be open when one looks. */
  private static final long FEW_DESCRIPTORS = 8;

  private static final long THREAD_GROWTH = 2;

  @TempDir Path directory;

  private final Journal journal = new Journal();
  private final Tally tally = new Tally();
  private final Samples heap = new Samples("headgate_process.heap_live_bytes");
  private final Samples direct = new Samples("headgate_process.direct_bytes");
  private final Samples descriptors = new Samples("headgate_process.open_fds");
  private final Samples threads = new Samples("headgate_process.threads");

  @Test
  void nothingIsLostAndNothingGrows() throws Exception {
    Path accessLog = directory.resolve("access.log");
    try (SoakFleet fleet = new SoakFleet(directory);
        Backends backends = new Backends(journal, fleet.etcd());
        ExecutorService executor = Executors.newCachedThreadPool()) {

      Pushes pushes = new Pushes(fleet, accessLog);
      pushes.first();
      fleet.awaitReady();

      pushes.next();
      fleet.collectGarbage(); // the first time, a socket for such commands is opened
      long idle = fleet.stats().getOrDefault(descriptors.gauge(), 0L);

      long end = System.nanoTime() + TIME.toNanos();
      try (Traffic traffic =
          new Traffic(
              tally, fleet.address(SoakFleet.MAIN_PORT), fleet.address(SoakFleet.STEADY_PORT))) {
        List<Future<?>> work =
            List.of(
                executor.submit(() -> push(pushes, end)),
                executor.submit(() -> restart(fleet, backends, end)),
                executor.submit(() -> sample(fleet, end)));
        join(work);
      }
      Map<Cause, List<String>> errors = errors(accessLog);

      summary(pushes, backends, errors);
      assertThat(errors.getOrDefault(Cause.PROXY, List.of()).stream().limit(SHOWN))
          .as("errors caused by the proxy")
          .isEmpty();
      assertThat(fleet.proxy().alive()).isTrue();
      everyKindHappened(pushes, backends);
      growthIsBounded();
      backends.close();

      nothingIsLeft(fleet, idle);

      noLeak(fleet);
    }
  }

  private static void join(List<Future<?>> work) throws InterruptedException, ExecutionException {
    for (Future<?> each : work) {
      each.get();
    }
  }

  private boolean isOver(long end) {
    return System.nanoTime() - end >= 0 || tally.hasEnough();
  }

  private static void pause(Duration atMost, long end) {
    LockSupport.parkNanos(Math.clamp(end - System.nanoTime(), 0, atMost.toNanos()));
  }

  private Object push(Pushes pushes, long end) {
    while (!isOver(end)) {
      pause(Duration.ofSeconds(2), end);
      pushes.next();
    }
    return true;
  }

  private Object restart(SoakFleet fleet, Backends backends, long end) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    while (!isOver(end)) {
      pause(Duration.ofMillis(random.nextLong(2000)), end);
      backends.next(fleet, random);
    }
    return true;
  }

  private Object sample(SoakFleet fleet, long end) throws Exception {
    long step = TIME.toNanos() / SAMPLES;
    Duration between = Duration.ofNanos(Math.min(step, MOST_BETWEEN.toNanos()));
    while (!isOver(end)) {
      pause(between, end);
      fleet.collectGarbage();
      Map<String, Long> stats = fleet.stats();
      for (Samples each : List.of(heap, direct, descriptors, threads)) {
        each.take(stats);
      }
    }
    return true;
  }

  private Map<Cause, List<String>> errors(Path accessLog) throws IOException {
    List<Failure> failures = tally.failures();
    Map<String, AccessLog.Line> log =
        AccessLog.of(accessLog, failures.stream().map(Failure::id).collect(Collectors.toSet()));
    Map<Cause, List<String>> errors = new EnumMap<>(Cause.class);
    for (Failure failure : failures) {
      AccessLog.Line line = log.getOrDefault(failure.id(), AccessLog.Line.NONE);
      errors
          .computeIfAbsent(failure.cause(journal, line, DRAIN.toNanos()), _ -> new ArrayList<>())
          .add(
              failure.protocol()
                  + " "
                  + failure.stage()
                  + ": "
                  + failure.what()
                  + ", after "
                  + TimeUnit.NANOSECONDS.toMillis(failure.to() - failure.from())
                  + " ms; log: "
                  + line.text()
                  + (journal.wasKilled(failure.id()) ? ", killed" : ""));
    }
    return errors;
  }

  private void summary(Pushes pushes, Backends backends, Map<Cause, List<String>> errors) {
    Function<Cause, Integer> count = cause -> errors.getOrDefault(cause, List.of()).size();
    System.out.printf(
        "soak: %d s, %d HTTP/1 and %d HTTP/2 exchanges, %d WebSockets over HTTP/1 and %d over"
            + " HTTP/2 with %d messages, %d pushes, %d backend restarts, %d backends left, %d"
            + " resets by clients, %d by backends as asked; errors: %d by dying backends, %d"
            + " tunnels at the end of a drain, %d by the proxy; medians of the thirds: heap %s,"
            + " direct %s KiB, descriptors %s, threads %s%n",
        TIME.toSeconds(),
        tally.answers(Traffic.HTTP1),
        tally.answers(Traffic.HTTP2),
        tally.answers(Traffic.TUNNEL1),
        tally.answers(Traffic.TUNNEL2),
        tally.messages(),
        pushes.count(),
        backends.restarts(),
        backends.leaves(),
        tally.resets(),
        tally.aborts(),
        count.apply(Cause.BACKEND),
        count.apply(Cause.DRAIN),
        count.apply(Cause.PROXY),
        thirds(heap, 1 << 10),
        thirds(direct, 1 << 10),
        thirds(descriptors, 1),
        thirds(threads, 1));
  }

  private static String thirds(Samples samples, int unit) {
    return samples.median(0) / unit
        + " "
        + samples.median(1) / unit
        + " "
        + samples.median(2) / unit;
  }

  private void everyKindHappened(Pushes pushes, Backends backends) {
    for (String protocol :
        List.of(Traffic.HTTP1, Traffic.HTTP2, Traffic.TUNNEL1, Traffic.TUNNEL2, Traffic.STEADY)) {
      assertThat(tally.answers(protocol)).as(protocol).isPositive();
    }
    assertThat(tally.messages()).isPositive();
    assertThat(tally.resets()).isPositive();
    assertThat(tally.aborts()).isPositive();
    assertThat(pushes.count()).isPositive();
    assertThat(backends.restarts()).isPositive();
  }

  private void growthIsBounded() {
    assertThat(heap.growth()).as("heap %s", heap.values()).isLessThan(HEAP_GROWTH);
    assertThat(direct.growth()).as("direct %s", direct.values()).isLessThan(DIRECT_GROWTH);
    assertThat(descriptors.growth())
        .as("descriptors %s", descriptors.values())
        .isLessThan(DESCRIPTOR_GROWTH);
    assertThat(threads.growth())
        .as("threads %s", threads.values())
        .isLessThanOrEqualTo(THREAD_GROWTH);
  }

  /** Once clients and backends are gone. */
  private void nothingIsLeft(SoakFleet fleet, long idle) {
    await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> {
          Map<String, Long> stats = fleet.stats();
          assertThat(active(stats)).isEmpty();
          assertThat(stats.getOrDefault(descriptors.gauge(), Long.MAX_VALUE))
              .as("descriptors")
              .isLessThanOrEqualTo(idle + FEW_DESCRIPTORS);
        });
  }

  private static Map<String, Long> active(Map<String, Long> stats) {
    return stats.entrySet().stream()
        .filter(stat -> stat.getKey().endsWith("_active") && stat.getValue() != 0)
        .filter(stat -> !stat.getKey().startsWith("cluster.control-planes."))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** A buffer that nobody released is reported after the next collection, by the next buffers. */
  private static void noLeak(SoakFleet fleet) throws Exception {
    fleet.collectGarbage();
    for (int i = 0; i < 100; i++) {
      var _ = fleet.stats();
      var _ = Http.status(fleet.url("/nowhere"));
    }
    assertThat(
            fleet
                .proxy()
                .output()
                .lines()
                .filter(line -> line.contains("LEAK") || line.contains("ERROR")))
        .isEmpty();
  }
}
