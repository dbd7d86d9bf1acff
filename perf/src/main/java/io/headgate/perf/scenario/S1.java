package io.headgate.perf.scenario;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.perf.measure.CpuClock;
import io.headgate.perf.measure.Load;
import io.headgate.perf.measure.Pairs;
import io.headgate.perf.measure.RatioPlot;
import io.headgate.perf.peer.Nginx;
import io.headgate.perf.peer.Peer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * GET of 128 bytes over 64 keep-alive HTTP/1.1 connections with ten headers: CPU time a request at
 * a fixed rate.
 *
 * <p>The proxy has core 0 for itself; load and backend share core 1. All proxies run the whole time
 * and take turns, so that each round gives a pair of every two of them on the same machine in the
 * same minute.
 */
public final class S1 implements Scenario {

  private static final int PROXY_CORE = 0;
  private static final int LOAD_CORE = 1;
  private static final int CONNECTIONS = 64;

  /** Requests a second while CPU time is measured: under half of the slowest peer's peak. */
  private static final double RATE = 3_000;

  /** Of its core: a load generator that is busier than this measures itself. */
  private static final double LOAD_BOUND = 0.9;

  private record Running(
      Peer peer,
      ManagedProcess process,
      String url,
      List<Double> micros,
      List<Load.Result> results) {}

  @Override
  public String name() {
    return "s1";
  }

  @Override
  public String summary() {
    return "CPU time per HTTP/1.1 request beside Envoy, HAProxy and nginx";
  }

  @Override
  public String run(Path report, boolean quick) throws Exception {
    Path directory = Files.createTempDirectory("headgate-s1");
    List<Running> all = new ArrayList<>();
    int backendPort = Ports.free("127.0.0.1");
    ManagedProcess backend = Nginx.backend(directory, LOAD_CORE, backendPort);
    try {
      awaitPort(backend, backendPort);
      for (Peer peer : Peer.all()) {
        int port = Ports.free("127.0.0.1");
        ManagedProcess process =
            peer.start(directory.resolve(peer.name()), PROXY_CORE, port, backendPort);
        all.add(
            new Running(
                peer,
                process,
                "http://127.0.0.1:" + port + "/",
                new ArrayList<>(),
                new ArrayList<>()));
        awaitPort(process, port);
      }
      measure(all, new Load(directory, LOAD_CORE), quick);
      String text = describe(all, quick);
      Files.createDirectories(report);
      Files.writeString(report.resolve("s1.md"), text);
      Files.writeString(report.resolve("s1.svg"), plot(all));
      return text;
    } finally {
      all.forEach(running -> running.process().stop());
      backend.stop();
    }
  }

  private static void measure(List<Running> all, Load load, boolean quick) {
    int rounds = quick ? 2 : 5;
    Duration length = Duration.ofSeconds(quick ? 3 : 10);
    Duration warm = Duration.ofSeconds(quick ? 4 : 15);
    for (Running running : all) {
      check(running, load.run(running.url(), CONNECTIONS, RATE, warm), quick);
    }
    for (int round = 0; round < rounds; round++) {
      for (Running running : all) {
        CpuClock.Reading before = CpuClock.read(running.process().pid());
        Load.Result result = load.run(running.url(), CONNECTIONS, RATE, length);
        CpuClock.Reading used = CpuClock.read(running.process().pid()).minus(before);
        check(running, result, quick);
        running.micros().add(used.nanos() / 1e3 / result.requests());
        running.results().add(result);
      }
    }
  }

  private static void check(Running running, Load.Result result, boolean quick) {
    if (result.failed() > 0 || result.requests() == 0) {
      throw new IllegalStateException(running.peer().name() + " failed requests: " + result);
    }
    // The quick form shows that the benchmark works, on however busy a machine.
    if (!quick && result.cpuShare() > LOAD_BOUND) {
      throw new IllegalStateException("the load generator was saturated: " + result);
    }
  }

  private static String describe(List<Running> all, boolean quick) {
    StringBuilder text = new StringBuilder();
    text.append("# S1: GET 128 B, 64 keep-alive HTTP/1.1 connections, ")
        .append((int) RATE)
        .append(" requests/s\n\n");
    if (quick) {
      text.append("Quick form: too short to be quoted.\n\n");
    }
    text.append(
        "| proxy | CPU µs/request (median) | p50 µs | p99 µs | resident MiB | Headgate ÷ it (range)"
            + " |\n");
    text.append("|---|---|---|---|---|---|\n");
    Running ours = all.getFirst();
    for (Running each : all) {
      Load.Result last = each.results().getLast();
      text.append(
          String.format(
              "| %s | %.1f | %d | %d | %d | %s |%n",
              each.peer().name(),
              median(each.micros()),
              last.p50Micros(),
              last.p99Micros(),
              CpuClock.resident(each.process().pid()) >> 20,
              each.equals(ours) ? "–" : pairs(ours, each).toString()));
    }
    return text.toString();
  }

  private static Pairs pairs(Running ours, Running theirs) {
    Pairs pairs = new Pairs();
    for (int i = 0; i < ours.micros().size(); i++) {
      pairs.add(ours.micros().get(i), theirs.micros().get(i));
    }
    return pairs;
  }

  private static String plot(List<Running> all) {
    Map<String, Double> bars = new LinkedHashMap<>();
    all.forEach(running -> bars.put(running.peer().name(), median(running.micros())));
    return RatioPlot.bars("CPU µs per request", bars);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
  }

  private static void awaitPort(ManagedProcess process, int port) {
    Await.until(
        Duration.ofSeconds(20),
        () -> process + " does not listen: " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(process + " ended: " + process.output());
          }
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
          } catch (java.io.IOException e) {
            return false;
          }
        });
  }
}
