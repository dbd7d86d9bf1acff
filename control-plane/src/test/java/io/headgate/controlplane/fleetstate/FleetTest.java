package io.headgate.controlplane.fleetstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.fleetstate.ProxyStatus.Evidence;
import io.headgate.controlplane.fleetstate.ProxyStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

  private final TestClock clock = new TestClock();
  private final TestGroups groups = new TestGroups();
  private final Fleet fleet = new Fleet("cp-1", groups, clock);

  @Test
  void anEnvoyIsJudgedByItsAcknowledgements() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1", "b", "1"));
    connect("s1", "envoy-1", "envoy");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.sent("s1", CLUSTER, "v1", 7);
    assertThat(only().state()).isEqualTo(State.PENDING);
    assertThat(only().evidence()).isEqualTo(Evidence.ACK);
    assertThat(only().types().getFirst().pending())
        .extracting(PendingResource::reason)
        .containsOnly("sent, not acknowledged");

    fleet.acked("s1", CLUSTER, "v1", 7, Map.of("a", "1", "b", "1"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);

    groups.expect(CLUSTER, "v2", Map.of("a", "1"));
    fleet.published();
    assertThat(only().types().getFirst().pending())
        .containsExactly(new PendingResource("b", "1", "", "removal not acknowledged"));
  }

  @Test
  void aProxyOfOursIsNotConvergedBeforeItReportsThatItServes() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1", "b", "1"));
    connect("s1", "proxy-1", "headgate");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.acked("s1", CLUSTER, "v1", 7, Map.of("a", "1", "b", "1"));
    assertThat(only().state()).isEqualTo(State.PENDING);

    fleet.statusConnected("status", new ProxyIdentity("proxy-1", "", "headgate", "", List.of()));
    fleet.reported(
        "status",
        report(),
        Map.of(
            CLUSTER,
            Map.of(
                "a", new ResourceReport("1", "", "", "", ""),
                "b", new ResourceReport("", "1", "first health check", "", ""))));
    assertThat(only().state()).isEqualTo(State.PENDING);
    assertThat(only().types().getFirst().serving()).isEqualTo(1);
    assertThat(only().types().getFirst().pending())
        .containsExactly(new PendingResource("b", "", "1", "warms: first health check"));

    fleet.reported("status", report(), serving("a", "b"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);
    assertThat(only().evidence()).isEqualTo(Evidence.STATUS);

    fleet.reported("status", report(), serving("a", "b", "old"));
    assertThat(only().types().getFirst().pending().getFirst().reason())
        .isEqualTo("serves and should be gone");
  }

  @Test
  void aSuccessorSpeaksForItsNodeAndTheProcessBeforeIsNotHeard() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1"));
    connect("s1", "proxy-1", "headgate");
    ProxyIdentity node = new ProxyIdentity("proxy-1", "", "headgate", "", List.of());
    fleet.statusConnected("before", node);
    fleet.reported("before", report(), serving("old"));
    connect("s2", "proxy-1", "headgate");
    fleet.subscribed("s2", CLUSTER, true, Set.of());
    fleet.acked("s2", CLUSTER, "v1", 7, Map.of("a", "1"));
    fleet.statusConnected("after", node);
    fleet.reported("after", report(), serving("a"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);

    fleet.reported("before", report(), serving("old"));
    assertThat(only().state()).as("what it still says").isEqualTo(State.CONVERGED);
    fleet.reportEnded("before");
    fleet.statusDisconnected("before");
    assertThat(only().state()).as("its end").isEqualTo(State.CONVERGED);
    assertThat(only().evidence()).isEqualTo(Evidence.STATUS);
  }

  @Test
  void aProcessWhoseSuccessorFailsIsHeardAgain() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1"));
    connect("s1", "proxy-1", "headgate");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.acked("s1", CLUSTER, "v1", 7, Map.of("a", "1"));
    ProxyIdentity node = new ProxyIdentity("proxy-1", "", "headgate", "", List.of());
    fleet.statusConnected("before", node);
    fleet.statusConnected("after", node);
    fleet.reported("after", report(), serving());
    assertThat(only().state()).isEqualTo(State.PENDING);
    fleet.reportEnded("after");
    fleet.statusDisconnected("after");
    fleet.reported("before", report(), serving("a"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);
  }

  @Test
  void aNackNamesTheKeyAndItsAuthorUntilSomethingNewerIsAccepted() {
    groups.expect(CLUSTER, "v2", Map.of("a", "2"));
    groups.revision = 9;
    connect("s1", "envoy-1", "envoy");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.sent("s1", CLUSTER, "v2", 9);
    fleet.nacked("s1", CLUSTER, "v2", 9, "a: lb_policy is bad", List.of("a"));

    assertThat(only().state()).isEqualTo(State.NACKED);
    Nack nack = fleet.nacks().getFirst();
    assertThat(nack.objects())
        .containsExactly(new NackedObject("a", "accepted/service/default/a", "alice", 9));
    Convergence convergence = Convergence.of(fleet, 9, 1, Optional.empty());
    assertThat(convergence.state()).isEqualTo(Convergence.State.FAILED);
    assertThat(convergence.reason())
        .isEqualTo("envoy-1 refused accepted/service/default/a by alice: a: lb_policy is bad");

    fleet.acked("s1", CLUSTER, "v2", 9, Map.of("a", "2"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);
    assertThat(fleet.nacks()).hasSize(1);
  }

  @Test
  void aStaleRevisionBlamesNobody() {
    groups.expect(CLUSTER, "v2", Map.of("a", "2"));
    connect("s1", "proxy-1", "headgate");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.nacked("s1", CLUSTER, "v2", 5, "stale revision 5, has 9", List.of("a"));
    assertThat(fleet.nacks().getFirst().stale()).isTrue();
    assertThat(fleet.nacks().getFirst().objects()).isEmpty();
    assertThat(only().state()).isEqualTo(State.PENDING);
  }

  @Test
  void aLostProxyIsUnknownAndForgottenAfterAnHour() {
    groups.expect(CLUSTER, "v1", Map.of());
    connect("s1", "envoy-1", "envoy");
    connect("s2", "envoy-1", "envoy");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    assertThat(only().state()).isEqualTo(State.CONVERGED);
    fleet.disconnected("s1");
    assertThat(only().presence().connected()).isTrue();
    clock.advance(Duration.ofSeconds(5));
    fleet.disconnected("s2");
    groups.expect(CLUSTER, "v2", Map.of("new", "1"));
    assertThat(only().types().getFirst().pending()).as("as it was last").isEmpty();
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
    assertThat(only().presence().unknownSince()).isEqualTo(clock.instant());
    assertThat(Convergence.of(fleet, 0, 0, Optional.empty()).state())
        .isEqualTo(Convergence.State.PENDING);

    clock.advance(Fleet.FORGET_AFTER.plusSeconds(1));
    fleet.forgetOld();
    assertThat(fleet.proxies()).isEmpty();
    assertThat(fleet.changesSince(0).forgotten()).as("each replica counts by itself").isEmpty();
  }

  @Test
  void aProxyThatSaysGoodbyeIsForgottenWhenItsLastStreamEnds() {
    groups.expect(CLUSTER, "v1", Map.of());
    connect("s1", "proxy-1", "headgate");
    fleet.statusConnected("status", new ProxyIdentity("proxy-1", "", "headgate", "", List.of()));
    fleet.left("s1");
    assertThat(only().presence().connected()).as("it still reports").isTrue();
    long before = fleet.changesSince(0).sequence();
    fleet.statusDisconnected("status");
    assertThat(fleet.proxies()).isEmpty();
    assertThat(fleet.changesSince(before).forgotten()).containsExactly("proxy-1");
    assertThat(Convergence.of(fleet, 0, 0, Optional.empty()).state())
        .isEqualTo(Convergence.State.CONVERGED);

    connect("s2", "proxy-1", "headgate");
    assertThat(fleet.changesSince(before).forgotten()).as("it is back").isEmpty();
    fleet.disconnected("s2");
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aGoodbyeOfOneStreamSaysNothingOfTheOthers() {
    connect("cds", "envoy-1", "envoy");
    connect("rds", "envoy-1", "envoy");
    fleet.left("rds");
    fleet.disconnected("cds");
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void anUnknownProxyCanBeForgottenWhichAConnectedOneCannot() {
    assertThat(fleet.forget("envoy-1")).isEqualTo(Fleet.Forgetting.NOT_KNOWN);
    connect("s1", "envoy-1", "envoy");
    assertThat(fleet.forget("envoy-1")).isEqualTo(Fleet.Forgetting.STILL_CONNECTED);
    fleet.disconnected("s1");
    assertThat(fleet.forget("envoy-1")).isEqualTo(Fleet.Forgetting.DONE);
    assertThat(fleet.proxies()).isEmpty();
    assertThat(fleet.changesSince(0).forgotten()).containsExactly("envoy-1");
  }

  @Test
  void whatAnotherReplicaForgotIsForgottenUnlessItIsConnected() {
    fleet.replicaKnown("cp-2", "127.0.0.1:1");
    fleet.replicaKnown("cp-3", "127.0.0.1:2");
    fleet.replicaUpdated("cp-3", update(true, convergedElsewhere()));
    fleet.replicaLost("cp-3");
    connect("s1", "envoy-1", "envoy");
    connect("s2", "envoy-2", "envoy");
    fleet.disconnected("s1");
    fleet.replicaUpdated("cp-2", forgotten("envoy-1", "envoy-2"));
    assertThat(only().identity().nodeId()).isEqualTo("envoy-2");
    assertThat(fleet.changesSince(0).forgotten())
        .as("who has heard of it from here must hear this too")
        .containsExactly("envoy-1");

    fleet.replicaUpdated("cp-2", update(false, convergedElsewhere()));
    assertThat(fleet.changesSince(0).forgotten()).as("it is back").isEmpty();
  }

  @Test
  void proxiesOfADeadReplicaAreUnknownUntilTheyShowUpAgain() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1"));
    fleet.replicaKnown("cp-2", "127.0.0.1:1");
    ProxyStatus remote = convergedElsewhere();
    fleet.replicaUpdated("cp-2", update(true, remote));
    assertThat(only().state()).isEqualTo(State.CONVERGED);
    assertThat(only().replica()).isEqualTo("cp-2");

    clock.advance(Duration.ofSeconds(3));
    fleet.replicaLost("cp-2");
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
    assertThat(Convergence.of(fleet, 1, 0, Optional.empty()).reason())
        .contains("envoy-1 is unknown since " + clock.instant());

    clock.advance(Duration.ofSeconds(1));
    connect("s1", "envoy-1", "envoy");
    fleet.subscribed("s1", CLUSTER, true, Set.of());
    fleet.acked("s1", CLUSTER, "v1", 7, Map.of("a", "1"));
    assertThat(only().state()).isEqualTo(State.CONVERGED);
    assertThat(only().replica()).isEqualTo("cp-1");
  }

  @Test
  void aReplicaThatRestartedDoesNotMakeItsFormerProxiesDisappear() {
    fleet.replicaKnown("cp-2", "127.0.0.1:1");
    fleet.replicaUpdated("cp-2", update(true, convergedElsewhere()));
    fleet.replicaLost("cp-2");
    fleet.replicaUpdated("cp-2", update(true));
    assertThat(only().state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void convergenceWaitsForEveryReplicaToPublish() {
    groups.expect(CLUSTER, "v1", Map.of("a", "1"));
    groups.revision = 20;
    fleet.replicaKnown("cp-2", "127.0.0.1:1");
    fleet.replicaUpdated("cp-2", update(true, convergedElsewhere()));
    assertThat(Convergence.of(fleet, 20, 1, Optional.empty()).reason())
        .isEqualTo("envoy-1 is at replica cp-2, at 10");
    assertThat(Convergence.of(fleet, 10, 1, Optional.empty()).state())
        .isEqualTo(Convergence.State.CONVERGED);
    assertThat(Convergence.of(fleet, 10, 2, Optional.empty()).reason())
        .isEqualTo("1 of at least 2 proxies are connected");
    assertThat(Convergence.of(fleet, 21, 1, Optional.empty()).reason())
        .contains("replica cp-1 has published 20 only");
    assertThat(Convergence.of(fleet, 10, 1, Optional.of("held")).state())
        .isEqualTo(Convergence.State.FAILED);
  }

  @Test
  void listenersHearOfEachChange() {
    List<String> heard = new ArrayList<>();
    fleet.addListener(
        new FleetListener() {
          @Override
          public void proxiesChanged(Set<String> nodeIds) {
            heard.addAll(nodeIds);
          }

          @Override
          public void nacked(Nack nack) {
            heard.add("nack " + nack.nodeId());
          }
        });
    connect("s1", "envoy-1", "envoy");
    fleet.nacked("s1", CLUSTER, "v", 1, "no", List.of());
    assertThat(heard).containsExactly("envoy-1", "envoy-1", "nack envoy-1");
  }

  private void connect(String stream, String node, String client) {
    fleet.connected(stream, new ProxyIdentity(node, "edge", client, "1", List.of()));
  }

  private ProxyStatus only() {
    assertThat(fleet.proxies()).hasSize(1);
    return fleet.proxies().getFirst();
  }

  private ProxyStatus convergedElsewhere() {
    Presence presence = new Presence(clock.instant(), clock.instant(), null);
    TypeState type =
        new TypeState(CLUSTER, new TypeState.Goal("v1", 1), null, null, null, 1, List.of());
    return new ProxyStatus(
        new ProxyIdentity("envoy-1", "edge", "envoy", "1", List.of()),
        "cp-2",
        presence,
        null,
        List.of(type));
  }

  private static ReplicaUpdateView update(boolean complete, ProxyStatus... proxies) {
    return new ReplicaUpdateView(
        new GroupView.Published("i", 10),
        complete,
        List.of(proxies),
        List.of(),
        List.of(),
        List.of());
  }

  private static ReplicaUpdateView forgotten(String... nodes) {
    return new ReplicaUpdateView(
        new GroupView.Published("i", 10), false, List.of(), List.of(nodes), List.of(), List.of());
  }

  private static final TlsState TLS =
      new TlsState(
          List.of(
              new TlsState.Certificate(
                  "listener edge",
                  false,
                  "www",
                  "CN=www.test",
                  List.of("www.test"),
                  "ecdsa_p256",
                  java.time.Instant.ofEpochSecond(7))),
          1,
          List.of(new TlsState.Handshakes("downstream", "version", "TLSv1.2", 3)),
          List.of(new TlsState.Allowed("version", "TLSv1.2", List.of("listener edge"))));

  @Test
  void theTlsPartOfAReportSurvivesTheWayToAnotherReplica() {
    assertThat(StatusCodec.report(StatusCodec.report(report()))).isEqualTo(report());
  }

  static SelfReport report() {
    return new SelfReport("LIVE", null, "", SelfReport.Source.NONE, List.of(), List.of(), TLS);
  }

  private static Map<String, Map<String, ResourceReport>> serving(String... names) {
    Map<String, ResourceReport> resources = new java.util.HashMap<>();
    for (String name : names) {
      resources.put(name, new ResourceReport("1", "", "", "", ""));
    }
    return Map.of(CLUSTER, resources);
  }
}
