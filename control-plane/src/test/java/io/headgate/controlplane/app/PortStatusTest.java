package io.headgate.controlplane.app;

import static io.headgate.controlplane.compile.TestFleet.gateway;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.api.Statuses;
import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.FleetCompiler;
import io.headgate.controlplane.compile.TestFleet;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.fleetstate.Presence;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whether two gateways with the same port are in conflict depends on the proxies. */
class PortStatusTest {
  private static final ObjectKey YOUNGER = TestFleet.key(Kind.GATEWAY, "a");

  private final List<ProxyStatus> proxies = new ArrayList<>();
  private final CompiledFleet compiled =
      new FleetCompiler(ValueCheck.NONE)
          .compile(new TestFleet().put(gateway("web", 80)).put(gateway("a", 80)).image());
  private final PortStatus status =
      new PortStatus(
          new Statuses() {
            @Override
            public List<Condition> conditions(ObjectKey key) {
              return compiled.conditions(key);
            }

            @Override
            public List<ListenerState> listeners(ObjectKey gateway) {
              return compiled.listeners(gateway);
            }
          },
          () -> Optional.of(compiled),
          () -> proxies);

  private void proxy(String node, String... gateways) {
    proxies.add(
        new ProxyStatus(
            new ProxyIdentity(node, "edge", "headgate", "", List.of(gateways)),
            "a",
            new Presence(Instant.EPOCH, Instant.EPOCH, null),
            null,
            List.of()));
  }

  private String conflicted() {
    return status.listeners(YOUNGER).getFirst().conditions().stream()
        .filter(c -> c.type() == Condition.Type.CONFLICTED)
        .map(c -> c.holds() + " " + c.reason())
        .findFirst()
        .orElse("");
  }

  private String programmed(ObjectKey gateway) {
    return status.conditions(gateway).stream()
        .filter(c -> c.type() == Condition.Type.PROGRAMMED)
        .map(c -> c.holds() + " " + c.reason())
        .findFirst()
        .orElse("");
  }

  @Test
  void withoutProxiesAndWithOneThatServesAllTheOlderHasThePort() {
    for (int i = 0; i < 2; i++) {
      assertThat(conflicted()).isEqualTo("true HostnameConflict");
      assertThat(programmed(YOUNGER)).isEqualTo("false Invalid");
      assertThat(programmed(TestFleet.key(Kind.GATEWAY, "web"))).isEqualTo("true Programmed");
      proxy("both");
    }
  }

  @Test
  void proxiesOfTheirOwnMeanNoConflict() {
    proxy("one", "default/web");
    proxy("two", "default/a");
    assertThat(conflicted()).isEqualTo("false NoConflicts");
    assertThat(programmed(YOUNGER)).isEqualTo("true Programmed");
    proxy("three", "default/a", "default/web");
    assertThat(conflicted()).isEqualTo("true HostnameConflict");
    ProxyStatus gone = proxies.removeLast();
    proxies.add(
        new ProxyStatus(
            gone.identity(), "a", gone.presence().lost(Instant.EPOCH), null, List.of()));
    assertThat(conflicted()).as("one that is gone serves nothing").startsWith("false");
  }

  @Test
  void otherKindsAreLeftAlone() {
    ObjectKey route = TestFleet.key(Kind.HTTP_ROUTE, "r");
    assertThat(status.conditions(route)).isEqualTo(compiled.conditions(route));
  }
}
