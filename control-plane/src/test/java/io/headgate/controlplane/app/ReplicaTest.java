package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The control plane from etcd to an ADS client, with one replica and with two. */
class ReplicaTest {
  static final String MANIFESTS =
      """
      apiVersion: gateway.headgate.io/v1
      kind: Service
      metadata: {name: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: edge}
      spec:
        gatewayClassName: headgate
        listeners:
        - {name: http, port: 8080, protocol: HTTP}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: shop}
      spec:
        parentRefs: [{name: edge}]
        rules:
        - backendRefs: [{name: shop, port: 80}]
      """;
  static final String HOST = "/headgate/v1/hosts/default/shop/h1";

  @TempDir private Path directory;

  @Test
  void configFlowsFromEtcdToAnAdsClientAndItsStateBack() {
    try (EtcdServer etcd = EtcdServer.start();
        TestReplica replica = new TestReplica(etcd, directory, "cp-1")) {
      awaitLive(replica);
      long revision = replica.apply(MANIFESTS);
      etcd.put(HOST, "{\"Op\":0,\"Addr\":\"127.0.0.1:9001\"}");
      try (AdsClient client = new AdsClient("envoy-1", replica.replica.xdsPort())) {
        subscribeAll(client);
        await()
            .untilAsserted(() -> {
              assertThat(client.held(AdsClient.CLUSTER)).containsKey("default/shop:80");
              assertThat(client.held(AdsClient.LISTENER)).containsKey("default/edge/8080");
              assertThat(client.held(AdsClient.ROUTES)).containsKey("default/edge/8080");
              assertThat(client.held(AdsClient.ENDPOINTS)).containsKey("default/shop:80");
            });
        JsonNode wait = replica.get("/api/v1/fleet/convergence?timeout=10s&revision=" + revision);
        assertThat(wait.path("state").asString()).as(wait.toString()).isEqualTo("converged");
        JsonNode proxy = replica.get("/api/v1/fleet/proxies/envoy-1");
        assertThat(proxy.path("evidence").asString()).isEqualTo("ack");
        assertThat(proxy.path("client").asString()).isEqualTo("envoy");
        assertThat(proxy.path("types").size()).isEqualTo(4);

        etcd.ctl("del", HOST);
        JsonNode route = replica.get("/api/v1/objects/httproute/default/shop");
        assertThat(route.at("/status/conditions/0/status").asString())
            .as(route.toString())
            .isEqualTo("True");

        client.refuse(AdsClient.ROUTES);
        long changed = replica.apply(MANIFESTS.replace("rules:", "hostnames: [a.test]\n  rules:"));
        JsonNode failed = replica.get("/api/v1/fleet/convergence?timeout=10s&revision=" + changed);
        assertThat(failed.path("state").asString()).as(failed.toString()).isEqualTo("failed");
        JsonNode nack = replica.get("/api/v1/nacks").at("/items/0");
        assertThat(nack.path("message").asString()).contains("not to my taste");
        assertThat(nack.path("active").asBoolean()).isTrue();
        assertThat(nack.path("objects").toString())
            .contains("httproute/default/shop")
            .contains("\"author\":\"ada\"");
      }
      await()
          .untilAsserted(() ->
              assertThat(replica.get("/api/v1/fleet/proxies/envoy-1").path("state").asString())
                  .isEqualTo("unknown"));
      try (AdsClient back = new AdsClient("envoy-1", replica.replica.xdsPort())) {
        subscribeAll(back);
        await().untilAsserted(() -> assertThat(state(replica, "envoy-1")).isEqualTo("converged"));
        back.goodbye();
        await()
            .untilAsserted(() ->
                assertThat(replica.get("/api/v1/fleet").at("/summary/proxies").asInt(-1)).isZero());
      }
    }
  }

  @Test
  void eachReplicaShowsAllAndTheProxiesOfADeadOneAreUnknownUntilTheyMove() {
    try (EtcdServer etcd = EtcdServer.start();
        TestReplica second = new TestReplica(etcd, directory, "cp-2")) {
      awaitLive(second);
      long revision;
      try (TestReplica first = new TestReplica(etcd, directory, "cp-1")) {
        awaitLive(first);
        revision = first.apply(MANIFESTS);
        try (AdsClient one = new AdsClient("envoy-1", first.replica.xdsPort());
            AdsClient two = new AdsClient("envoy-2", second.replica.xdsPort())) {
          subscribeAll(one);
          subscribeAll(two);
          for (TestReplica replica : new TestReplica[] {first, second}) {
            JsonNode wait =
                replica.get("/api/v1/fleet/convergence?timeout=20s&proxies=2&revision=" + revision);
            assertThat(wait.path("state").asString()).as(wait.toString()).isEqualTo("converged");
            assertThat(replica.get("/api/v1/fleet").at("/summary/converged").asInt()).isEqualTo(2);
          }
        }
        try (AdsClient one = new AdsClient("envoy-1", first.replica.xdsPort())) {
          subscribeAll(one);
          await()
              .atMost(Duration.ofSeconds(15))
              .untilAsserted(() -> assertThat(state(second, "envoy-1")).isEqualTo("converged"));
          first.close();
          await()
              .atMost(Duration.ofSeconds(15))
              .untilAsserted(() -> assertThat(state(second, "envoy-1")).isEqualTo("unknown"));
        }
      }
      JsonNode lost = second.get("/api/v1/fleet/proxies/envoy-1");
      assertThat(lost.path("unknownSince").asString()).isNotEmpty();
      assertThat(lost.path("replica").asString()).isEqualTo("cp-1");
      try (AdsClient one = new AdsClient("envoy-1", second.replica.xdsPort());
          AdsClient two = new AdsClient("envoy-2", second.replica.xdsPort())) {
        subscribeAll(one);
        subscribeAll(two);
        JsonNode wait =
            second.get("/api/v1/fleet/convergence?timeout=20s&proxies=2&revision=" + revision);
        assertThat(wait.path("state").asString()).as(wait.toString()).isEqualTo("converged");
        assertThat(second.get("/api/v1/fleet/proxies/envoy-1").path("replica").asString())
            .isEqualTo("cp-2");
      }
    }
  }

  static void awaitLive(TestReplica replica) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() ->
            assertThat(replica.get("/api/v1/source").path("state").asString()).isEqualTo("live"));
  }

  static void subscribeAll(AdsClient client) {
    client.subscribe(AdsClient.ENDPOINTS, "default/shop:80");
    client.subscribe(AdsClient.ROUTES, "default/edge/8080");
  }

  private static String state(TestReplica replica, String proxy) {
    return replica.get("/api/v1/fleet/proxies/" + proxy).path("state").asString("");
  }
}
