package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.listener;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.xds.model.Listener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What policies say of themselves. */
class PolicyConditionsTest extends CompilerFixture {
  private void policy(String name, String section, String spec) {
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: %s}
        spec: {targetRefs: [{kind: Gateway, name: web%s}], %s}
        """
            .formatted(name, section.isEmpty() ? "" : ", sectionName: " + section, spec));
  }

  private List<String> conditions(String name) {
    return compile().conditions(key(Kind.CLIENT_TRAFFIC_POLICY, name)).stream()
        .map(c -> c.type().text() + "=" + c.holds() + " " + c.reason() + ": " + c.message())
        .toList();
  }

  @Test
  void whatOnlyHeadgateEnforcesIsNamed() {
    fleet.put(gateway("web", 80));
    policy("own", "", "body: {maxBytes: 1Mi}, connection: {requestRate: {requests: 5}}");
    assertThat(conditions("own"))
        .containsExactly(
            "Accepted=true Accepted: ",
            "Enforced=true HeadgateProxies: by Headgate's own proxies only: body,"
                + " connection.requestRate");
    policy("own", "", "headers: {maxKiB: 20}");
    assertThat(conditions("own")).containsExactly("Accepted=true Accepted: ");
  }

  @Test
  void aLimitOfARouteThatNobodyHasIsNamed() {
    fleet.put(gateway("web", 80));
    policy("own", "", "body: {routes: [{route: {name: lost}, maxBytes: 1Mi}]}");
    assertThat(conditions("own")).anyMatch(c -> c.startsWith("ResolvedRefs=false RouteNotFound"));
  }

  @Test
  void theNearerPolicyWinsAndTheOtherSaysSo() {
    fleet.put(
        new Gateway(
            meta("web"), "headgate", List.of(listener("a", null, 80), listener("b", null, 81))));
    policy("wide", "", "headers: {maxKiB: 20}");
    policy("near", "a", "headers: {maxKiB: 10}");
    policy("lost", "c", "headers: {maxKiB: 10}");
    assertThat(conditions("near")).containsExactly("Accepted=true Accepted: ");
    assertThat(conditions("wide"))
        .containsExactly(
            "Accepted=true Accepted: ",
            "Accepted=true Overridden: another policy governs listener a"
                + " (clienttrafficpolicy/default/near)");
    assertThat(conditions("lost"))
        .containsExactly("Accepted=false TargetNotFound: it has no such part");
  }

  @Test
  void plainListenersOfAPortTakeTheFirstPolicy() {
    fleet.put(
        new Gateway(
            meta("web"),
            "headgate",
            List.of(listener("a", "a.org", 80), listener("b", "b.org", 80))));
    policy("first", "a", "headers: {maxKiB: 20}");
    policy("second", "b", "headers: {maxKiB: 10}");
    assertThat(conditions("first")).containsExactly("Accepted=true Accepted: ");
    assertThat(conditions("second")).anyMatch(c -> c.startsWith("Accepted=false Overridden"));
  }

  private void listenersOfOneSocket(String protocol, String tls) {
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: a, port: 443, protocol: %1$s, hostname: a.org, tls: %2$s}
          - {name: b, port: 443, protocol: %1$s, hostname: b.org, tls: %2$s}
        """
            .formatted(protocol, tls));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"HTTPS | '{certificateRefs: [{name: own}]}'", "TLS | '{mode: Passthrough}'"})
  void whatListenersShareByTheirSocketIsSaidByTheFirstPolicy(String protocol, String tls) {
    fleet.put(TestFleet.certificateInFiles("own", Map.of()));
    listenersOfOneSocket(protocol, tls);
    policy("wide", "", "connection: {bufferLimit: 8Ki}");
    assertThat(conditions("wide")).containsExactly("Accepted=true Accepted: ");
    policy("near", "b", "proxyProtocol: {optional: true}, connection: {bufferLimit: 8Ki}");
    assertThat(conditions("near")).containsExactly("Accepted=true Accepted: ");
    assertThat(conditions("wide"))
        .containsExactly(
            "Accepted=true Accepted: ",
            "Accepted=true Overridden: another policy governs listener b"
                + " (clienttrafficpolicy/default/near)",
            "Accepted=true Overridden: another policy governs the port, and so proxyProtocol of"
                + " listener a (clienttrafficpolicy/default/near)");
    policy("first", "a", "headers: {maxKiB: 20}");
    assertThat(conditions("first")).containsExactly("Accepted=true Accepted: ");
    assertThat(conditions("near"))
        .containsExactly(
            "Accepted=true Accepted: ",
            "Accepted=true Overridden: another policy governs the port, and so proxyProtocol,"
                + " connection.bufferLimit of listener b (clienttrafficpolicy/default/first)");
    Listener served =
        Objects.requireNonNull(
                Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")))
                    .listeners()
                    .get(443))
            .value();
    assertThat(served.options().accept().proxyProtocol()).isNull();
  }

  @Test
  void settingsOfAProtocolThatNobodySpeaksSaySo() {
    fleet.put(TestFleet.service("shop", 80));
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: BackendTrafficPolicy
        metadata: {name: own}
        spec: {targetRefs: [{kind: Service, name: shop}], http2: {maxConcurrentStreams: 9}}
        """);
    assertThat(compile().conditions(key(Kind.BACKEND_TRAFFIC_POLICY, "own")))
        .anySatisfy(c -> {
          assertThat(c.reason()).isEqualTo("NoEffect");
          assertThat(c.message()).contains("kubernetes.io/h2c");
        });
  }
}
