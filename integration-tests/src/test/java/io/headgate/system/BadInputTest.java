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
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What people and programs write that is wrong, by the API and past it. */
class BadInputTest {

  private static final String ROUTES = "/headgate/v1/config/httproute/default/";
  private static final Duration SOON = Duration.ofSeconds(10);

  private final DemoFleet demo = Fleets.shared();
  private final LocalFleet fleet = demo.fleet();

  @Test
  void everyErrorOfAManifestIsReportedAndNothingIsWritten() {
    CommandLine.Result result =
        fleet
            .commandLine()
            .run(
                "apply",
                "-f",
                Fleets.manifest(
                        """
                        apiVersion: gateway.headgate.io/v1
                        kind: Service
                        metadata:
                          name: fine
                        spec:
                          ports:
                            - port: 80
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata:
                          name: three-errors
                        spec:
                          parentRefs:
                            - name: edge
                          rules:
                            - matchs: []
                              backendRefs:
                                - name: shop
                                  port: 99999
                                  weight: -1
                        """)
                    .toString());
    assertThat(result.exitCode()).as(result.all()).isEqualTo(2);
    assertThat(result.all())
        .contains("spec.rules[0].matchs")
        .contains("spec.rules[0].backendRefs[0].port")
        .contains("spec.rules[0].backendRefs[0].weight")
        .contains("17")
        .contains("20")
        .contains("21");
    assertThat(fleet.etcd().ctl("get", "--prefix", "--keys-only", "/headgate/v1/config/"))
        .doesNotContain("three-errors")
        .doesNotContain("/fine");
  }

  @Test
  void aValueThatIsNoJsonIsHeldAndAllElseFlows() {
    String key = ROUTES + "no-json";
    fleet.etcd().ctl("put", key, "{ not json");
    try {
      JsonNode hold = awaitHold(key);
      assertThat(hold.path("author").asString()).isNotBlank();
      assertThat(hold.path("revision").asLong()).isPositive();
      assertThat(hold.path("reason").asString()).isNotBlank();
      assertThat(fleet.commandLine().run("get", "httproute", "no-json").all()).contains("eld", key);

      demo.applyAndWait(route("beside", "/beside", "shop"));
      assertThat(Http.status(demo.urls("/beside").getFirst())).isEqualTo(200);
    } finally {
      fleet.etcd().ctl("del", key);
      fleet.commandLine().must("delete", "httproute", "beside");
    }
    awaitNoHold(key);
  }

  @Test
  void aValueThatBreaksARuleIsHeldWithItsPathAndTheLastAcceptedStays() {
    demo.applyAndWait(route("kept", "/kept", "shop"));
    String key = ROUTES + "kept";
    String good = fleet.etcd().ctl("get", key, "--print-value-only").strip();
    assertThat(good).contains("\"shop\"");
    String bad = good.replace("\"name\":\"shop\"", "\"name\":\"shop\",\"weight\":-1");
    assertThat(bad).isNotEqualTo(good);
    fleet.etcd().ctl("put", key, bad);
    try {
      JsonNode hold = awaitHold(key);
      assertThat(hold.path("violations").get(0).path("path").asString())
          .isEqualTo("spec.rules[0].backendRefs[0].weight");
      assertThat(Traffic.send(40, demo.urls("/kept")).statuses()).containsOnlyKeys(200);
    } finally {
      fleet.commandLine().must("delete", "httproute", "kept");
    }
    awaitNoHold(key);
  }

  @Test
  void aReplicaThatStartsAfterABadWritePublishesTheSameBytes() {
    String key = ROUTES + "before-the-replica";
    fleet.etcd().ctl("put", key, "{\"weight\": -1}");
    awaitHold(key);
    ControlPlaneProcess first = fleet.controlPlanes().getFirst();
    try (ControlPlaneProcess late = fleet.newReplica("control-plane-late")) {
      late.awaitReady();
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(AdsProbe.everything(late.xdsPort()))
                  .isEqualTo(AdsProbe.everything(first.xdsPort())));
      assertThat(AdsProbe.everything(late.xdsPort())).hasSizeGreaterThan(4);
    } finally {
      fleet.etcd().ctl("del", key);
    }
    awaitNoHold(key);
  }

  @Test
  void aRouteToAMissingServiceAnswers500AndHealsWhenItAppears() {
    demo.applyAndWait(route("early", "/early", "not-yet"));
    List<String> urls = demo.urls("/early");
    assertThat(Traffic.send(20, urls).statuses()).containsOnlyKeys(500);
    ControlPlaneProcess replica = fleet.controlPlanes().getFirst();
    JsonNode route = Fleets.rest(fleet, replica, "/objects/httproute/default/early");
    assertThat(route.path("held").isNull() || route.path("held").isMissingNode()).isTrue();
    assertThat(route.path("status").path("conditions").toString())
        .contains("\"type\":\"ResolvedRefs\"", "\"status\":\"False\"", "BackendNotFound");

    int port = fleet.backend("shop-1").awaitPort();
    fleet
        .etcd()
        .ctl(
            "put",
            "/headgate/v1/hosts/default/not-yet/one",
            "{\"Op\":0,\"Addr\":\"127.0.0.1:" + port + "\"}");
    demo.applyAndWait(
        Fleets.manifest(
            """
            apiVersion: gateway.headgate.io/v1
            kind: Service
            metadata:
              name: not-yet
            spec:
              ports:
                - name: http
                  port: 80
            """));
    try {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(Traffic.send(20, urls).statuses()).containsOnlyKeys(200));
      assertThat(
              Fleets.rest(fleet, replica, "/objects/httproute/default/early")
                  .path("status")
                  .toString())
          .doesNotContain("BackendNotFound");
    } finally {
      fleet.commandLine().must("delete", "httproute", "early");
      fleet.commandLine().must("delete", "service", "not-yet");
      fleet.etcd().ctl("del", "/headgate/v1/hosts/default/not-yet/one");
    }
  }

  private JsonNode awaitHold(String key) {
    ControlPlaneProcess replica = fleet.controlPlanes().getFirst();
    JsonNode[] found = new JsonNode[1];
    await()
        .atMost(SOON)
        .until(() -> {
          for (JsonNode hold : Fleets.rest(fleet, replica, "/holds").path("items")) {
            if (hold.path("key").asString().equals(key)) {
              found[0] = hold;
            }
          }
          return found[0] != null;
        });
    return found[0];
  }

  private void awaitNoHold(String key) {
    for (ControlPlaneProcess replica : fleet.controlPlanes()) {
      await().atMost(SOON).until(() -> !fleet.rest(replica, "/holds").contains(key));
    }
  }

  static java.nio.file.Path route(String name, String path, String service) {
    return Fleets.manifest(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: %s
          owner: tests
        spec:
          parentRefs:
            - name: edge
          rules:
            - matches:
                - path:
                    type: PathPrefix
                    value: %s
              backendRefs:
                - name: %s
                  port: 80
        """
            .formatted(name, path, service));
  }
}
