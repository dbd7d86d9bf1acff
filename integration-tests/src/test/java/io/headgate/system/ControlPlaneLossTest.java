package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Control planes that die: traffic goes on, a restarted proxy serves from disk, and the fleet is
 * told apart honestly.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlPlaneLossTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> UPDATES =
      List.of("cluster_manager.cds.update_success", "listener_manager.lds.update_success");

  private final DemoFleet demo = Fleets.fresh();
  private final LocalFleet fleet = demo.fleet();

  @AfterAll
  void stop() {
    demo.close();
  }

  @Test
  void trafficGoesOnAndNothingEqualIsSentAgain() {
    ProxyProcess stays = fleet.proxies().get(0);
    ProxyProcess restarts = fleet.proxies().get(1);
    List<Long> updates = UPDATES.stream().map(stays::stat).toList();
    assertThat(updates).allMatch(count -> count > 0);
    fleet.controlPlanes().forEach(ControlPlaneProcess::kill);
    try {
      assertThat(Traffic.send(500, List.of(demo.url(stays, "/shop"))).statuses())
          .containsOnlyKeys(200);
      restarts.close();
      restarts.start();
      restarts.awaitReady();
      assertThat(Traffic.send(200, List.of(demo.url(restarts, "/shop"))).statuses())
          .containsOnlyKeys(200);
      assertThat(Http.get(restarts.admin() + "/server_info").orElseThrow().body())
          .containsIgnoringCase("last_known_good");
    } finally {
      revive();
    }
    awaitConverged(fleet.controlPlanes().getFirst());
    assertThat(UPDATES.stream().map(stays::stat).toList()).isEqualTo(updates);
  }

  @Test
  void aLostReplicasProxiesMoveAndAreShownByTheOther() {
    ControlPlaneProcess lost = fleet.controlPlanes().get(0);
    ControlPlaneProcess left = fleet.controlPlanes().get(1);
    lost.kill();
    try {
      awaitConverged(left);
      JsonNode status = Fleets.rest(fleet, left, "/fleet");
      for (JsonNode proxy : status.path("proxies")) {
        assertThat(proxy.path("replica").asString()).isEqualTo(left.id());
      }
      assertThat(fleet.commandLine().must("fleet")).contains("proxy-1", "proxy-2");
      assertThat(Traffic.send(100, demo.urls("/shop")).statuses()).containsOnlyKeys(200);
    } finally {
      revive();
    }
  }

  @Test
  void aProxyWhoseOwnProcessDiesIsUnknownSinceThen() {
    ProxyProcess dies = fleet.proxies().get(1);
    ControlPlaneProcess replica = fleet.controlPlanes().getFirst();
    dies.kill();
    try {
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonNode proxy = Fleets.rest(fleet, replica, "/fleet/proxies/" + dies.id());
            assertThat(proxy.path("state").asString()).isEqualTo("unknown");
            assertThat(proxy.path("unknownSince").asString()).isNotBlank();
          });
      assertThat(Fleets.rest(fleet, replica, "/fleet").path("summary").path("converged").asInt())
          .isEqualTo(1);
    } finally {
      dies.start();
      dies.awaitReady();
    }
    awaitConverged(replica);
  }

  @Test
  void aReplicaThatReadTheStoreLaterIsNotTakenForANewerOne() {
    ProxyProcess proxy = fleet.proxies().get(1);
    ControlPlaneProcess early = fleet.controlPlanes().get(0);
    ControlPlaneProcess late = fleet.controlPlanes().get(1);
    late.kill();
    // Counts in etcd's revision and is no config: both replicas have the same content.
    fleet.etcd().put("/another/application", "x");
    late.start();
    late.awaitReady();
    restartUntilServedBy(late, proxy);
    late.kill();
    try {
      proxy.kill();
      proxy.start();
      proxy.awaitReady();
      assertThat(Traffic.send(200, List.of(demo.url(proxy, "/shop"))).statuses())
          .containsOnlyKeys(200);
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonNode told = Fleets.rest(fleet, early, "/fleet/proxies/" + proxy.id());
            assertThat(told.path("replica").asString()).isEqualTo(early.id());
            assertThat(told.path("state").asString()).isEqualTo("converged");
          });
      assertThat(Fleets.rest(fleet, early, "/nacks").toString()).doesNotContain("stale revision");
      assertThat(Http.get(proxy.admin() + "/server_info").orElseThrow().body())
          .doesNotContainIgnoringCase("last_known_good");
    } finally {
      revive();
    }
  }

  /** Which of the replicas a proxy asks first is chance. */
  private void restartUntilServedBy(ControlPlaneProcess replica, ProxyProcess proxy) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> {
          proxy.kill();
          proxy.start();
          proxy.awaitReady();
          awaitConverged(replica);
          return Fleets.rest(fleet, replica, "/fleet/proxies/" + proxy.id())
              .path("replica")
              .asString()
              .equals(replica.id());
        });
  }

  @Test
  void aCorruptCopyIsPassedOverForThePreviousOne() throws IOException {
    ProxyProcess proxy = fleet.proxies().get(1);
    // A change makes sure that there are two copies.
    demo.applyAndWait(BadInputTest.route("second-copy", "/second-copy", "shop"));
    await().atMost(SOON).until(() -> copies(proxy).size() >= 2);
    proxy.close();
    fleet.controlPlanes().forEach(ControlPlaneProcess::kill);
    try {
      List<Path> copies = copies(proxy);
      corrupt(copies.getLast());
      proxy.start();
      proxy.awaitReady();
      assertThat(Traffic.send(100, List.of(demo.url(proxy, "/shop"))).statuses())
          .containsOnlyKeys(200);
      assertThat(proxy.process().output()).containsIgnoringCase("corrupt");
      proxy.close();

      copies(proxy).forEach(ControlPlaneLossTest::corrupt);
      proxy.start();
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            assertThat(proxy.process().alive()).isTrue();
            assertThat(Http.status(proxy.admin() + "/ready")).isEqualTo(503);
          });
      assertThat(proxy.process().alive()).isTrue();
    } finally {
      revive();
    }
    proxy.awaitReady();
    assertThat(Traffic.send(100, List.of(demo.url(proxy, "/shop"))).statuses())
        .containsOnlyKeys(200);
    fleet.commandLine().must("delete", "httproute", "second-copy");
  }

  private void revive() {
    for (ControlPlaneProcess replica : fleet.controlPlanes()) {
      if (!replica.process().alive()) {
        replica.start();
      }
      replica.awaitReady();
    }
  }

  private void awaitConverged(ControlPlaneProcess replica) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(
                    Fleets.rest(fleet, replica, "/fleet").path("summary").path("converged").asInt())
                .isEqualTo(fleet.proxies().size()));
  }

  /** The copies on disk, oldest first. */
  private static List<Path> copies(ProxyProcess proxy) {
    try (Stream<Path> files = Files.list(proxy.lastKnownGood())) {
      return files
          .filter(file -> !file.toString().endsWith(".tmp") && file.toFile().length() > 100)
          .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void corrupt(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 0x55;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
