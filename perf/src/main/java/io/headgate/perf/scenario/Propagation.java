package io.headgate.perf.scenario;

import io.headgate.deploy.backend.Backend;
import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * From {@code put} in etcd to traffic: a host is put, and each of three proxies is asked until it
 * answers from there.
 *
 * <p>There are 100 services of ten hosts. The new host weighs a thousand times its peers, so that
 * the next request after the change shows it. The time includes the request that shows it, and that
 * the proxies are asked all the time.
 */
public final class Propagation implements Scenario {

  private static final int PORT = 8080;
  private static final int SERVICES = 100;
  private static final int HOSTS = 10;

  /** Changes before those that count: until the processes have compiled what they run. */
  private static final int WARM_UP = 200;

  private static final int QUICK_WARM_UP = 10;

  /**
   * Between two questions to one proxy, 2 ms: three clients that ask without a pause use up the two
   * cores that the change has to pass through.
   */
  private static final long POLL_NANOS = 2_000_000;

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String PREFIX = "/headgate/v1/hosts/default/";

  @Override
  public String name() {
    return "propagation";
  }

  @Override
  public String summary() {
    return "put in etcd to serving in 3 proxies, with 100 services of 10 hosts";
  }

  @Override
  public String run(Path report, boolean quick) throws Exception {
    Path directory = Files.createTempDirectory("headgate-propagation");
    FleetSpec spec =
        new FleetSpec(
            1, List.of("127.80.0.2", "127.80.0.3", "127.80.0.4"), "DELTA_GRPC", List.of(), 0, 1);
    List<Backend> usual = new ArrayList<>();
    try (LocalFleet fleet = new LocalFleet(Installation.find(), directory, spec);
        Backend marker = new Backend("marker", "marker", address(), 1e9)) {
      for (int i = 0; i < HOSTS; i++) {
        usual.add(new Backend("usual", "usual", address(), 1e9));
      }
      fill(fleet, directory, usual.stream().map(Backend::port).toList());
      // Six processes compile themselves at first: that is a start, not how a fleet runs.
      var _ = measure(fleet, marker.port(), quick ? QUICK_WARM_UP : WARM_UP);
      long[] nanos = measure(fleet, marker.port(), quick ? 20 : 300);
      Arrays.sort(nanos);
      String text =
          String.format(
              "# Propagation: put in etcd to serving%n%n%d services × %d hosts, %d proxies, %d"
                  + " changes after %d to warm up; load average of the machine %.1f%s%n%n| p50 ms |"
                  + " p90 ms | p99 ms | most ms |%n|---|---|---|---|%n| %.1f | %.1f | %.1f | %.1f"
                  + " |%n",
              SERVICES,
              HOSTS,
              fleet.proxies().size(),
              nanos.length / fleet.proxies().size(),
              quick ? QUICK_WARM_UP : WARM_UP,
              ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
              quick ? "; quick form: too short to be quoted" : "",
              at(nanos, 0.5),
              at(nanos, 0.9),
              at(nanos, 0.99),
              at(nanos, 1));
      Files.createDirectories(report);
      Files.writeString(report.resolve("propagation.md"), text);
      return text;
    } finally {
      usual.forEach(Backend::close);
    }
  }

  private static InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", 0);
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, (long) (share * sorted.length))] / 1e6;
  }

  private static void fill(LocalFleet fleet, Path directory, List<Integer> ports)
      throws IOException {
    StringBuilder manifests =
        new StringBuilder(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: headgate
              listeners:
                - {name: http, protocol: HTTP, port: %d}
            """
                .formatted(PORT));
    for (int i = 0; i < SERVICES; i++) {
      manifests.append(
          """
          ---
          apiVersion: gateway.headgate.io/v1
          kind: Service
          metadata: {name: s%1$d}
          spec:
            ports: [{name: http, port: 80}]
          ---
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: {name: s%1$d}
          spec:
            parentRefs: [{name: edge}]
            rules:
              - matches: [{path: {type: PathPrefix, value: /s%1$d}}]
                backendRefs: [{name: s%1$d, port: 80}]
          """
              .formatted(i));
      for (int host = 0; host < HOSTS; host++) {
        fleet.etcd().put(PREFIX + "s" + i + "/h" + host, host(ports.get(host), 1));
      }
    }
    Path file = Files.writeString(directory.resolve("services.yaml"), manifests);
    fleet.commandLine().must("apply", "-f", file.toString());
    for (ProxyProcess proxy : fleet.proxies()) {
      proxy.awaitReady();
      Await.until(
          BOUND,
          () -> proxy.id() + " does not serve: " + proxy.process().output(),
          () -> Http.status(url(proxy, SERVICES - 1)) == 200);
    }
  }

  private static String host(int port, double weight) {
    return "{\"Op\":0,\"Addr\":\"127.0.0.1:"
        + port
        + "\",\"Metadata\":{\"weight\":"
        + weight
        + "}}";
  }

  private static String url(ProxyProcess proxy, int service) {
    return "http://" + proxy.address() + ":" + PORT + "/s" + service;
  }

  private static long[] measure(LocalFleet fleet, int marker, int changes) throws Exception {
    List<Long> nanos = new ArrayList<>();
    Random random = new Random(7);
    try (ExecutorService clients = Executors.newFixedThreadPool(fleet.proxies().size())) {
      for (int i = 0; i < changes; i++) {
        int service = random.nextInt(SERVICES);
        String key = PREFIX + "s" + service + "/marker";
        long put = System.nanoTime();
        fleet.etcd().put(key, host(marker, 1_000));
        List<Future<Long>> seen = new ArrayList<>();
        for (ProxyProcess proxy : fleet.proxies()) {
          seen.add(clients.submit(() -> awaitInstance(url(proxy, service), "marker", put)));
        }
        for (Future<Long> each : seen) {
          nanos.add(each.get(BOUND.toSeconds(), TimeUnit.SECONDS));
        }
        long delete = System.nanoTime();
        fleet.etcd().delete(key);
        for (ProxyProcess proxy : fleet.proxies()) {
          awaitInstance(url(proxy, service), "usual", delete);
        }
      }
    }
    return nanos.stream().mapToLong(Long::longValue).toArray();
  }

  /** Asks until an instance answers; nanoseconds since {@code start}. */
  private static long awaitInstance(String url, String instance, long start) {
    while (true) {
      String answered =
          Http.get(url)
              .map(HttpResponse::headers)
              .flatMap(headers -> headers.firstValue("x-instance"))
              .orElse("");
      long now = System.nanoTime();
      if (answered.equals(instance)) {
        return now - start;
      }
      if (now - start > BOUND.toNanos()) {
        throw new IllegalStateException(
            url + " did not answer from " + instance + " within " + BOUND);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
