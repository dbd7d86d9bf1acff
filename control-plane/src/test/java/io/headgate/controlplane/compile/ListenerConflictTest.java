package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.listener;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.route.VirtualHost;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Listeners that want the same, in one gateway and in several. */
class ListenerConflictTest extends CompilerFixture {
  private static final ObjectKey WEB = key(Kind.GATEWAY, "web");

  private void web(Gateway.Listener... listeners) {
    fleet.put(
        new Gateway(meta("web"), "headgate", List.of(listeners)),
        service("shop", 80),
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 1))));
  }

  private static Gateway.Listener tcp(String name, int port) {
    return new Gateway.Listener(
        name, null, port, Gateway.Protocol.TCP, List.of(), AllowedRoutes.SAME_NAMESPACE);
  }

  private static String text(List<Condition> conditions, Condition.Type type) {
    return conditions.stream()
        .filter(c -> c.type() == type && c.about().isEmpty())
        .map(c -> c.holds() + " " + c.reason())
        .findFirst()
        .orElse("");
  }

  private static List<String> text(ListenerState state) {
    return state.conditions().stream()
        .map(c -> c.type().text() + "=" + c.holds() + " " + c.reason())
        .toList();
  }

  @Test
  void protocolsDoNotShareAPortAndOtherPortsServe() {
    web(listener("plain", "a.org", 80), tcp("raw", 80), listener("other", null, 81));
    CompiledFleet compiled = compile();
    CompiledGateway web = Objects.requireNonNull(compiled.gateways().get(WEB));
    assertThat(web.listeners()).containsOnlyKeys(81);
    assertThat(web.routes()).containsOnlyKeys(81);
    List<ListenerState> states = compiled.listeners(WEB);
    for (ListenerState conflicted : states.subList(0, 2)) {
      assertThat(text(conflicted))
          .containsExactly(
              "Accepted=false ProtocolConflict",
              "Conflicted=true ProtocolConflict",
              "ResolvedRefs=true ResolvedRefs",
              "Programmed=false Invalid");
    }
    assertThat(states.getFirst().attachedRoutes()).isEqualTo(1);
    assertThat(text(states.getLast())).contains("Conflicted=false NoConflicts");
    assertThat(text(states.getLast())).contains("Programmed=true Programmed");
    List<Condition> gateway = compiled.conditions(WEB);
    assertThat(text(gateway, Condition.Type.ACCEPTED)).isEqualTo("true ListenersNotValid");
    assertThat(text(gateway, Condition.Type.PROGRAMMED)).isEqualTo("false Invalid");
    assertThat(gateway.getFirst().message()).contains("plain, raw");
  }

  @Test
  void noneOfTheListenersWithTheSameHostsWins() {
    web(listener("one", "a.org", 80), listener("two", "a.org", 80), listener("third", "b.org", 80));
    CompiledFleet compiled = compile();
    assertThat(table().virtualHosts()).extracting(VirtualHost::name).containsExactly("b.org");
    List<ListenerState> states = compiled.listeners(WEB);
    assertThat(text(states.get(0))).contains("Conflicted=true HostnameConflict");
    assertThat(text(states.get(1))).contains("Conflicted=true HostnameConflict");
    assertThat(text(states.get(2))).contains("Programmed=true Programmed");
    // The port is served, though not for all.
    assertThat(text(compiled.conditions(WEB), Condition.Type.PROGRAMMED))
        .isEqualTo("true Programmed");
  }

  @Test
  void aGatewayOfConflictsAloneIsNotAccepted() {
    web(listener("plain", null, 80), tcp("raw", 80));
    CompiledFleet compiled = compile();
    assertThat(Objects.requireNonNull(compiled.gateways().get(WEB)).listeners()).isEmpty();
    assertThat(text(compiled.conditions(WEB), Condition.Type.ACCEPTED))
        .isEqualTo("false ListenersNotValid");
    fleet.put(new Gateway(meta("web"), "headgate", List.of(listener("plain", null, 80))));
    CompiledFleet mended = compiler.compile(compiled, fleet.image(), fleet.delta());
    assertThat(mended.conditions(WEB)).allMatch(Condition::holds);
  }

  @Test
  void aServerNameIsForTheListenerThatIsMeantMostPrecisely() {
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: headgate
          listeners:
          - {name: all, port: 443, protocol: TLS, tls: {mode: Passthrough}}
          - {name: exact, port: 443, protocol: TLS, hostname: a.org, tls: {mode: Passthrough}}
        ---
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TLSRoute
        metadata: {name: both}
        spec:
          parentRefs: [{name: web}]
          hostnames: [a.org, b.org]
          rules: [{backendRefs: [{name: shop, port: 80}]}]
        """);
    CompiledFleet compiled = new FleetCompiler(DecoderCheck.INSTANCE).compile(fleet.image());
    assertThat(compiled.allProblems()).isEmpty();
    assertThat(
            Objects.requireNonNull(
                    Objects.requireNonNull(compiled.gateways().get(WEB)).listeners().get(443))
                .value()
                .filterChains())
        .extracting(chain -> chain.match().serverNames())
        .containsExactly(List.of("b.org"), List.of("a.org"));
  }

  @Test
  void aPortBelongsToTheOldestOfSeveralGateways() {
    web(listener("all", null, 80), listener("more", null, 81));
    fleet.put(
        new Gateway(
            meta("a"),
            "headgate",
            List.of(
                listener("same", null, 80),
                listener("host", "h.org", 80),
                tcp("raw", 81),
                listener("own", null, 82))));
    CompiledFleet compiled = compile();
    SharedPorts ports = new SharedPorts(compiled);
    ObjectKey younger = key(Kind.GATEWAY, "a");
    assertThat(ports.precedence()).containsExactly(WEB, younger);
    List<ListenerState> states = ports.listeners(younger, List.of(key -> true));
    assertThat(text(states.get(0)))
        .containsExactly(
            "Accepted=false HostnameConflict",
            "Conflicted=true HostnameConflict",
            "ResolvedRefs=true ResolvedRefs",
            "Programmed=false Invalid");
    assertThat(text(states.get(1)))
        .startsWith("Accepted=false PortUnavailable", "Conflicted=false NoConflicts");
    assertThat(text(states.get(2))).contains("Conflicted=true ProtocolConflict");
    assertThat(text(states.get(3))).contains("Programmed=true Programmed");
    assertThat(states.getFirst().conditions().getFirst().message()).contains(WEB.toString());
    List<Condition> gateway = ports.conditions(younger, states);
    assertThat(text(gateway, Condition.Type.ACCEPTED)).isEqualTo("true ListenersNotValid");
    assertThat(gateway.getLast().message()).contains("[80, 81]");
    assertThat(ports.listeners(WEB, List.of(key -> true))).isEqualTo(compiled.listeners(WEB));
    // Proxies that do not serve the older one have no conflict.
    assertThat(ports.listeners(younger, List.of(younger::equals)))
        .isEqualTo(compiled.listeners(younger));
  }
}
