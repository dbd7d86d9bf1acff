package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions with backends: remembered as far as the cluster says, for one server name each. */
class UpstreamResumptionTest {
  private static final int ROUNDS = 4;

  @TempDir private Path directory = Path.of("");

  private Map<String, String> values = Map.of();

  private static String checks(String parameters, String more) {
    return "common_tls_context: {validation_context: {trusted_ca: {filename: \"${servers_ca}\"}}"
        + parameters
        + "}"
        + more;
  }

  private static final List<Upstream> UPSTREAMS =
      List.of(
          new Upstream("tls12", "origins", checks("", ", sni: exact.test")),
          new Upstream(
              "tls13",
              "origins",
              checks(", tls_params: {tls_maximum_protocol_version: TLSv1_3}", ", sni: exact.test")),
          new Upstream("none", "origins", checks("", ", sni: exact.test, max_session_keys: 0")),
          new Upstream(
              "names",
              "origins",
              checks("", ", max_session_keys: 10"),
              "auto_sni: true, auto_san_validation: true"));

  /** Every answer ends its connection, so that each request needs a handshake. */
  private static final Door ORIGINS =
      Door.of("origins")
          .chain("exact", "exact.test", Door.tls("exact"))
          .chain("other", "other.test", Door.tls("other"))
          .with("common_http_protocol_options: {max_requests_per_connection: 1}");

  @Test
  void aSessionIsResumedWithItsBackendAndNoOther() throws Exception {
    List<Integer> free = new ArrayList<>(Ports.free(Peer.ADDRESS, 4));
    int origins = free.get(0);
    int through = free.get(1);
    int admin = free.get(2);
    values = new HashMap<>(new Material(directory).values());
    Door door =
        new Door(
            "through",
            List.of(
                new Door.Chain(
                    "through",
                    "",
                    "",
                    UPSTREAMS.stream().map(Upstream::route).collect(Collectors.joining(", ")))),
            List.of());
    Map<String, String> filled = new HashMap<>(values);
    filled.put("admin", Integer.toString(admin));
    filled.put("control", free.get(3).toString());
    filled.put(
        "listeners", Template.fill((ORIGINS.yaml(origins) + door.yaml(through)).indent(2), values));
    StringBuilder clusters = new StringBuilder();
    UPSTREAMS.forEach(one -> clusters.append(one.yaml(origins, true)));
    filled.put("clusters", Template.fill(clusters.toString().indent(2), values));
    try (Peer proxy =
        new Peer(
            Peer.HEADGATE,
            TestsslCheck.withoutControlPlane(Peer.config()),
            filled,
            admin,
            directory)) {
      OpenSsl openssl = new OpenSsl("resumption", directory, values);
      for (int i = 0; i < ROUNDS; i++) {
        for (String cluster : List.of("tls12", "tls13", "none")) {
          assertThat(ask(openssl, through, cluster, "exact.test")).isEqualTo("200 exact");
        }
        assertThat(ask(openssl, through, "names", "exact.test")).isEqualTo("200 exact");
        assertThat(ask(openssl, through, "names", "other.test")).isEqualTo("200 other");
      }
      assertThat(ask(openssl, through, "names", "unknown.test")).isEqualTo("503 -");
      Map<String, String> expected = new TreeMap<>();
      expected.put("none", "4 handshakes, 0 resumed");
      expected.put("tls12", "4 handshakes, 3 resumed");
      expected.put("tls13", "4 handshakes, 3 resumed");
      expected.put("names", "8 handshakes, 6 resumed");
      await().untilAsserted(() -> assertThat(counted(proxy)).isEqualTo(expected));
    }
  }

  private static String ask(OpenSsl openssl, int port, String cluster, String host)
      throws IOException, InterruptedException {
    return openssl.verdict(
        Client.clearText("through", "/" + cluster, host).show(Client.Show.CHAIN), port);
  }

  private static Map<String, String> counted(Peer proxy) {
    Map<String, String> counted = new TreeMap<>();
    for (Upstream upstream : UPSTREAMS) {
      String prefix = "cluster." + upstream.name() + ".ssl.";
      Map<String, Long> stats = proxy.stats("\\Q" + prefix + "\\E(handshake|session_reused)");
      counted.put(
          upstream.name(),
          stats.getOrDefault(prefix + "handshake", 0L)
              + " handshakes, "
              + stats.getOrDefault(prefix + "session_reused", 0L)
              + " resumed");
    }
    return counted;
  }
}
