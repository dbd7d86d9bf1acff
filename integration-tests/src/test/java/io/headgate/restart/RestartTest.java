package io.headgate.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.backend.EtcdRegistration;
import io.headgate.deploy.fleet.BackendProcess;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.quickstart.DemoFleet;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two restarts of a proxy and the drain of a host, while clients send over HTTP/1 and HTTP/2. The
 * environment variable HEADGATE_RESTART_REQUESTS says how many requests at least; 10,000 if absent.
 */
class RestartTest {
  private static final int PORT = 8080;
  private static final int CLIENTS = 4;
  private static final int TUNNELS = 5;
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final String MANIFEST =
      """
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: echo, owner: test}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: echo, owner: test}
      spec:
        parentRefs: [{name: edge}]
        rules:
          - matches: [{path: {type: PathPrefix, value: /tunnel}}]
            backendRefs: [{name: echo, port: 80}]
      """;

  @TempDir Path directory;

  private static long wanted() {
    return Optional.ofNullable(System.getenv("HEADGATE_RESTART_REQUESTS"))
        .map(Long::parseLong)
        .orElse(10_000L);
  }

  private static String ownAddress() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127." + random.nextInt(1, 250) + "." + random.nextInt(1, 250) + ".2";
  }

  @Test
  void nothingIsLost() throws Exception {
    String host = ownAddress();
    InetSocketAddress address = new InetSocketAddress(host, PORT);
    try (DemoFleet demo = new DemoFleet(Installation.find(), directory, List.of(host), PORT);
        Tunnels tunnels = new Tunnels();
        EtcdRegistration echo =
            new EtcdRegistration(
                demo.fleet().etcd().endpoint(),
                "/headgate/v1/hosts/default/echo/echo-1",
                tunnels.address())) {
      demo.applyAndWait(Files.writeString(directory.resolve("echo.yaml"), MANIFEST));
      ProxyProcess proxy = demo.fleet().proxies().getFirst();
      await().atMost(BOUND).until(() -> tunnels.open(address));
      for (int i = 1; i < TUNNELS; i++) {
        assertThat(tunnels.open(address)).isTrue();
      }
      Load h1 = new Load("h1", CLIENTS, H1Client::new, address);
      Load h2 = new Load("h2", CLIENTS, H2Client::new, address);
      try (h1;
          h2) {
        awaitAnswers(h1, h2, wanted() / 5);
        ManagedProcess first = succeed(proxy);
        long left = System.nanoTime();
        assertThat(tunnels.broken()).as("tunnels while the old process drains").isZero();
        awaitEnd(first);
        Duration drained = Duration.ofNanos(System.nanoTime() - left);
        assertThat(tunnels.broken()).as("tunnels after the drain").isEqualTo(TUNNELS);
        assertThat(drained).isGreaterThan(ProxyProcess.DRAIN_TIME.minusSeconds(3));

        awaitAnswers(h1, h2, wanted() * 2 / 5);
        drainHost(demo.fleet());

        awaitAnswers(h1, h2, wanted() * 3 / 5);
        awaitEnd(succeed(proxy));
        awaitAnswers(h1, h2, wanted());
      }
      List<String> failures = new ArrayList<>(h1.failures());
      failures.addAll(h2.failures());
      System.out.printf(
          "restart: %d requests over HTTP/1, %d over HTTP/2, %d failed, 2 restarts, 1 host"
              + " drained%n",
          h1.answered(), h2.answered(), failures.size());
      assertThat(failures).isEmpty();
      assertThat(h1.answered()).isPositive();
      assertThat(h2.answered()).isPositive();
      assertThat(proxy.stat("headgate_handover.taken_total")).isEqualTo(1);
      assertThat(proxy.stat("headgate_handover.failed_total")).isZero();
    }
  }

  /** Starts the next process; returns the one before when it has just stopped accepting. */
  private static ManagedProcess succeed(ProxyProcess proxy) {
    ManagedProcess before = proxy.process();
    long handovers = alone(before);
    proxy.start();
    await()
        .atMost(BOUND)
        .pollInterval(20, TimeUnit.MILLISECONDS)
        .until(() -> alone(before) > handovers);
    proxy.awaitReady();
    return before;
  }

  /** Both processes write to one log. */
  private static long alone(ManagedProcess process) {
    return process
        .output()
        .lines()
        .filter(line -> line.contains("this process serves alone now"))
        .count();
  }

  private static void awaitEnd(ManagedProcess process) throws InterruptedException {
    assertThat(process.awaitExit(BOUND)).isTrue();
    assertThat(process.exitCode()).as(process.output()).isZero();
  }

  private static void awaitAnswers(Load h1, Load h2, long count) {
    await()
        .atMost(Duration.ofMinutes(10))
        .until(() ->
            h1.answered() + h2.answered() >= count
                || h1.failures().size() + h2.failures().size() > 100);
  }

  private static void drainHost(LocalFleet fleet) {
    BackendProcess leaves = fleet.backend("shop-1");
    String drained =
        fleet.commandLine().must("drain", "host", "shop", "shop-1", "--reason", "maintenance");
    assertThat(drained).contains("draining");
    // Asked to end, it registers as draining itself, waits and finishes what it has.
    leaves.close();
  }
}
