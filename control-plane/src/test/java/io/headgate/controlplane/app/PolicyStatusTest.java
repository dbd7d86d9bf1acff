package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.fleetstate.Presence;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.codec.FleetReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which proxies a policy says that they do not carry it out. */
class PolicyStatusTest {
  private static final FleetObject POLICY =
      FleetReader.manifests(
              """
              apiVersion: gateway.headgate.io/v1
              kind: ClientTrafficPolicy
              metadata: {name: p}
              spec: {targetRefs: [{kind: Gateway, name: web}], body: {maxBytes: 1Mi}}
              """)
          .getFirst()
          .object()
          .orThrow();

  private final List<ProxyStatus> proxies = new ArrayList<>();
  private final PolicyStatus status =
      new PolicyStatus(
          key ->
              List.of(
                  new Condition(Condition.Type.ACCEPTED, true, "", "Accepted", ""),
                  new Condition(Condition.Type.ENFORCED, true, "", "HeadgateProxies", "body")),
          key -> Optional.of(POLICY),
          () -> proxies);

  private void proxy(String node, String client, String... gateways) {
    proxies.add(
        new ProxyStatus(
            new ProxyIdentity(node, "edge", client, "1.40.0", List.of(gateways)),
            "a",
            new Presence(Instant.EPOCH, Instant.EPOCH, null),
            null,
            List.of()));
  }

  private String enforced() {
    Condition condition = status.conditions(POLICY.key()).get(1);
    return condition.holds() + " " + condition.reason() + " " + condition.message();
  }

  @Test
  void itIsEnforcedWhereOnlyOurProxiesAre() {
    proxy("ours", "headgate");
    assertThat(enforced()).isEqualTo("true HeadgateProxies body");
  }

  @Test
  void anEnvoyIsNamed() {
    proxy("ours", "headgate");
    proxy("stock", "envoy");
    assertThat(enforced())
        .isEqualTo(
            "false UnsupportedByProxy body; not enforced by stock (envoy 1.40.0), which get the"
                + " rest");
    ProxyStatus stock = proxies.removeLast();
    proxies.add(
        new ProxyStatus(
            stock.identity(), "a", stock.presence().lost(Instant.EPOCH), null, List.of()));
    assertThat(enforced()).as("one that is gone enforces nothing").startsWith("true");
  }

  @Test
  void anEnvoyOfAnotherGatewayDoesNotMatter() {
    proxy("stock", "envoy", "default/other");
    assertThat(enforced()).startsWith("true");
    proxy("stock2", "envoy", "default/web");
    assertThat(enforced()).startsWith("false").contains("stock2");
  }
}
