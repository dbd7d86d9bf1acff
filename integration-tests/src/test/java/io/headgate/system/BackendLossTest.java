package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.BackendProcess;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backend that dies without a word, and one that leaves as it should. */
class BackendLossTest {

  private static final String HOSTS = "/headgate/v1/hosts/default/shop/";

  private final DemoFleet demo = Fleets.shared();
  private final LocalFleet fleet = demo.fleet();

  @Test
  void aKilledBackendIsRetriedEjectedAndForgotten() {
    BackendProcess dies = fleet.newBackend("shop", "shop-dies");
    dies.awaitPort();
    List<String> urls = List.of(demo.urls("/shop").getFirst());
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> Traffic.send(20, urls).instances().containsKey("shop-dies"));
    dies.process().kill();

    // Nothing is in flight at the kill, so each later request is answered, by retry until the host
    // is ejected.
    assertThat(Traffic.send(400, urls).statuses()).containsOnlyKeys(200);
    assertThat(Http.get(fleet.proxies().getFirst().admin() + "/clusters").orElseThrow().body())
        .contains("failed_outlier_check");

    assertThat(fleet.etcd().ctl("get", HOSTS + "shop-dies")).isNotBlank();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> fleet.etcd().ctl("get", HOSTS + "shop-dies").isBlank());
    String address = "127.0.0.1:" + dies.awaitPort();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() ->
            !Http.get(fleet.proxies().getFirst().admin() + "/clusters")
                .orElseThrow()
                .body()
                .contains(address));
    assertThat(Traffic.send(100, urls).statuses()).containsOnlyKeys(200);
  }

  @Test
  void aBackendThatIsAskedToEndLeavesCleanly() {
    BackendProcess leaves = fleet.newBackend("shop", "shop-leaves");
    leaves.awaitPort();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> Traffic.send(20, demo.urls("/shop")).instances().containsKey("shop-leaves"));
    try (Traffic load = Traffic.steady(100, demo.urls("/shop"))) {
      leaves.close();
      assertThat(fleet.etcd().ctl("get", HOSTS + "shop-leaves")).isBlank();
      load.close();
      assertThat(load.statuses()).containsOnlyKeys(200);
    }
  }
}
