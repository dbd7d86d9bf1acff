package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.CommandLine;
import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** etcd that dies, returns, or returns empty. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdLossTest {

  private static final Duration SOON = Duration.ofSeconds(45);

  private final DemoFleet demo = Fleets.fresh();
  private final LocalFleet fleet = demo.fleet();

  @AfterAll
  void stop() {
    demo.close();
  }

  @Test
  void withoutEtcdTrafficGoesOnAndWritesAreRefusedWithAReason() {
    ControlPlaneProcess replica = fleet.controlPlanes().getFirst();
    fleet.etcd().kill();
    try {
      assertThat(Traffic.send(200, demo.urls("/shop")).statuses()).containsOnlyKeys(200);
      await()
          .atMost(SOON)
          .until(
              () -> Fleets.rest(fleet, replica, "/source").path("state").asString().equals("disk"));
      var refused =
          Http.send(
                  "PUT",
                  replica.api() + "/api/v1/objects/service/default/late",
                  "{\"apiVersion\":\"gateway.headgate.io/v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"late\"},"
                      + "\"spec\":{\"ports\":[{\"port\":80}]}}",
                  "Authorization",
                  "Bearer " + fleet.token(),
                  "Content-Type",
                  "application/json")
              .orElseThrow();
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("etcd");
      replica.close();
      replica.start();
      replica.awaitReady();
      assertThat(Traffic.send(100, demo.urls("/shop")).statuses()).containsOnlyKeys(200);
    } finally {
      fleet.etcd().start();
    }
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> demo.applyAndWait(BadInputTest.route("after-etcd", "/after-etcd", "shop")));
    assertThat(Http.status(demo.urls("/after-etcd").getFirst())).isEqualTo(200);
  }

  @Test
  void aWipedEtcdIsHeldAndRestoreBringsAllBack() {
    ControlPlaneProcess replica = fleet.controlPlanes().getFirst();
    fleet.etcd().kill();
    fleet.etcd().wipe();
    fleet.etcd().start();
    await()
        .atMost(SOON)
        .until(
            () -> Fleets.rest(fleet, replica, "/source").path("state").asString().equals("held"));
    assertThat(fleet.rest(replica, "/holds")).contains("\"what\":\"etcd\"");
    assertThat(Traffic.send(200, demo.urls("/shop")).statuses()).containsOnlyKeys(200);
    CommandLine.Result refused =
        fleet
            .commandLine()
            .run("apply", "-f", demo.manifests().resolve("10-services.yaml").toString());
    assertThat(refused.exitCode()).as(refused.all()).isNotZero();

    fleet.commandLine().must("restore", "--from-image");
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          for (ControlPlaneProcess each : fleet.controlPlanes()) {
            assertThat(Fleets.rest(fleet, each, "/source").path("state").asString())
                .isEqualTo("live");
          }
        });
    assertThat(fleet.etcd().ctl("get", "--prefix", "--keys-only", "/headgate/v1/config/"))
        .contains(
            "gateway/default/edge",
            "httproute/default/shop",
            "securitypolicy/default/account-token");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(fleet.etcd().ctl("get", "--prefix", "--keys-only", "/headgate/v1/hosts/"))
                .contains("shop-1", "shop-2", "shop-3"));
    assertThat(Traffic.send(200, demo.urls("/shop")).statuses()).containsOnlyKeys(200);
  }
}
