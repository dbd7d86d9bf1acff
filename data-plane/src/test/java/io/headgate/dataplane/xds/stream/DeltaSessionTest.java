package io.headgate.dataplane.xds.stream;

import static io.headgate.dataplane.xds.resource.Messages.delta;
import static io.headgate.dataplane.xds.resource.Messages.resource;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.RecordingSink;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The client rules of the incremental protocol, one by one. */
class DeltaSessionTest {
  private static final Node NODE = Node.newBuilder().setId("proxy-1").build();

  private final RecordingSink sink = new RecordingSink();
  private final Ledger ledger = new Ledger();
  private DeltaSession session = newStream();

  private DeltaSession newStream() {
    return new DeltaSession(ledger, new ResponseJudge(sink), NODE, true);
  }

  private DeltaDiscoveryRequest answer(DeltaDiscoveryResponse response) {
    return session.answer(response).request();
  }

  private void wantAllClusters() {
    ledger.of(ResourceType.CLUSTER).want(new Interest.All());
  }

  private void wantEndpoints(String... names) {
    ledger.of(ResourceType.ENDPOINTS).want(new Interest.Names(Set.of(names)));
  }

  private static Resource cluster(String name, String version) {
    return resource(ResourceType.CLUSTER, name, version);
  }

  private static Resource endpoints(String name, String version) {
    return resource(ResourceType.ENDPOINTS, name, version);
  }

  @Test
  void rule1EveryResponseIsAckedOrNackedWithItsNonce() {
    wantAllClusters();
    session.open();

    DeltaDiscoveryRequest ack =
        answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "1"))));
    assertThat(ack.getResponseNonce()).isEqualTo("n1");
    assertThat(ack.hasErrorDetail()).isFalse();

    sink.refuse.add("b");
    DeltaDiscoveryRequest nack =
        answer(delta(ResourceType.CLUSTER, "n2", 2, List.of(cluster("b", "1"))));
    assertThat(nack.getResponseNonce()).isEqualTo("n2");
    assertThat(nack.getErrorDetail().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(nack.getErrorDetail().getMessage()).isEqualTo("cluster \"b\": not today");

    DeltaDiscoveryRequest unknown =
        answer(DeltaDiscoveryResponse.newBuilder().setTypeUrl("x").setNonce("n3").build());
    assertThat(unknown.getResponseNonce()).isEqualTo("n3");
    assertThat(unknown.getErrorDetail().getMessage()).contains("nobody asked");
  }

  @Test
  void rule2AReconnectResendsSubscriptionsAndWhatIsHeld() {
    wantAllClusters();
    wantEndpoints("a", "b");
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "c1"))));
    answer(delta(ResourceType.ENDPOINTS, "n2", 1, List.of(endpoints("a", "e1"))));

    session = newStream();
    List<DeltaDiscoveryRequest> opening = session.open();

    assertThat(opening).hasSize(2);
    assertThat(opening.get(0).getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    assertThat(opening.get(0).getInitialResourceVersionsMap()).containsOnly(entry("a", "c1"));
    assertThat(opening.get(0).getResourceNamesSubscribeList()).isEmpty();
    assertThat(opening.get(0).getNode()).isEqualTo(NODE);
    assertThat(opening.get(1).getInitialResourceVersionsMap()).containsOnly(entry("a", "e1"));
    assertThat(opening.get(1).getResourceNamesSubscribeList()).containsExactly("a", "b");
    assertThat(opening.get(1).hasNode()).isFalse();
    assertThat(opening).allSatisfy(r -> assertThat(r.getResponseNonce()).isEmpty());
  }

  @Test
  void rule3ASubscriptionCarriesNoNonce() {
    wantEndpoints("a");
    session.open();
    answer(delta(ResourceType.ENDPOINTS, "n1", 1, List.of(endpoints("a", "1"))));

    wantEndpoints("b");
    DeltaDiscoveryRequest change = session.interestChanged(ResourceType.ENDPOINTS).orElseThrow();

    assertThat(change.getResponseNonce()).isEmpty();
    assertThat(change.getResourceNamesSubscribeList()).containsExactly("b");
    assertThat(change.getResourceNamesUnsubscribeList()).containsExactly("a");
    assertThat(session.interestChanged(ResourceType.ENDPOINTS)).isEmpty();
  }

  @Test
  void rule4TheGoodAreAppliedAndTheBadAreNamed() {
    wantAllClusters();
    session.open();
    sink.refuse.add("bad");

    DeltaDiscoveryRequest nack =
        answer(
            delta(
                ResourceType.CLUSTER,
                "n1",
                1,
                List.of(
                    cluster("good", "1"),
                    cluster("bad", "1"),
                    cluster("twice", "1"),
                    cluster("twice", "2"))));

    assertThat(nack.getErrorDetail().getMessage())
        .contains("cluster \"bad\": not today")
        .contains("cluster \"twice\": the name is there more than once")
        .doesNotContain("good");
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnly(entry("good", "1"));
    assertThat(ledger.of(ResourceType.CLUSTER).refused()).containsOnlyKeys("bad", "twice");
    assertThat(sink.offered).containsExactlyInAnyOrder("good@1", "bad@1");
  }

  @Test
  void rule4WhatNobodyAskedForIsIgnored() {
    wantEndpoints("a");
    session.open();

    DeltaDiscoveryRequest ack =
        answer(
            delta(
                ResourceType.ENDPOINTS,
                "n1",
                1,
                List.of(endpoints("a", "1"), endpoints("stranger", "1"))));

    assertThat(ack.hasErrorDetail()).isFalse();
    assertThat(sink.offered).containsExactly("a@1");
  }

  @Test
  void rule4TheLastGoodStaysWhenItsSuccessorIsRefusedAndGoesWhenAFixComes() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "1"))));
    sink.refuse.add("a");
    answer(delta(ResourceType.CLUSTER, "n2", 2, List.of(cluster("a", "2"))));
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnly(entry("a", "1"));

    sink.refuse.clear();
    answer(delta(ResourceType.CLUSTER, "n3", 3, List.of(cluster("a", "3"))));

    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnly(entry("a", "3"));
    assertThat(ledger.of(ResourceType.CLUSTER).refused()).isEmpty();
  }

  @Test
  void rule5OnlyRemovedResourcesAreRemoved() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "1"), cluster("b", "1"))));
    answer(delta(ResourceType.CLUSTER, "n2", 2, List.of()));
    assertThat(sink.removed).isEmpty();

    answer(delta(ResourceType.CLUSTER, "n3", 3, List.of(), "a", "never-seen"));

    assertThat(sink.removed).containsExactly("a");
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnly(entry("b", "1"));
  }

  @Test
  void rule6EverythingIsAnEmptyListOnAStreamThatNamedNothing() {
    wantAllClusters();
    DeltaDiscoveryRequest first = session.open().getFirst();
    assertThat(first.getResourceNamesSubscribeList()).isEmpty();
    assertThat(session.interestChanged(ResourceType.ENDPOINTS))
        .as("no interest must not look like a wildcard")
        .isEmpty();
  }

  @Test
  void rule6LeavingNamesUnsubscribesThem() {
    wantEndpoints("a");
    session.open();
    wantEndpoints();
    DeltaDiscoveryRequest none = session.interestChanged(ResourceType.ENDPOINTS).orElseThrow();
    assertThat(none.getResourceNamesUnsubscribeList()).containsExactly("a");
    assertThat(none.getResourceNamesSubscribeList()).isEmpty();
  }

  @Test
  void rule12AnOlderRevisionOfTheSameIncarnationIsRefused() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 10, List.of(cluster("a", "1"))));

    DeltaDiscoveryRequest nack =
        answer(delta(ResourceType.CLUSTER, "n2", 9, List.of(cluster("a", "0"))));

    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo("stale revision: 9 is older than 10, which is applied");
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnly(entry("a", "1"));
    assertThat(ledger.of(ResourceType.CLUSTER).refused()).isEmpty();
    assertThat(answer(delta(ResourceType.CLUSTER, "n3", 10, List.of())).hasErrorDetail()).isFalse();
  }

  @Test
  void rule12AnOlderRevisionThatSaysWhatIsHeldIsNoOlderState() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 10, List.of(cluster("a", "1"), cluster("b", "1"))));

    DeltaDiscoveryRequest same =
        answer(delta(ResourceType.CLUSTER, "n2", 8, List.of(cluster("a", "1"))));
    DeltaDiscoveryRequest gone = answer(delta(ResourceType.CLUSTER, "n3", 8, List.of(), "b"));
    DeltaDiscoveryRequest other =
        answer(delta(ResourceType.CLUSTER, "n4", 9, List.of(cluster("a", "2"))));

    assertThat(same.hasErrorDetail()).isFalse();
    assertThat(gone.getErrorDetail().getMessage()).startsWith("stale revision: 8 is older than 10");
    assertThat(other.getErrorDetail().getMessage())
        .as("the revision that counts is still the newest")
        .startsWith("stale revision: 9 is older than 10");
    assertThat(ledger.of(ResourceType.CLUSTER).identifier()).endsWith("/10");
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions())
        .containsOnly(entry("a", "1"), entry("b", "1"));
  }

  @Test
  void rule12AnotherIncarnationAndAServerWithoutRevisionsAreExempt() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 10, List.of(cluster("a", "1"))));
    DeltaDiscoveryResponse foreign =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .setSystemVersionInfo("v9")
            .addResources(cluster("a", "2"))
            .build();
    assertThat(answer(foreign).hasErrorDetail()).isFalse();

    DeltaDiscoveryResponse restored =
        foreign.toBuilder().setSystemVersionInfo("fedcba9876543210/3").build();
    assertThat(answer(restored).hasErrorDetail()).isFalse();
  }

  @Test
  void aBodyThatIsMissingOrOfAnotherTypeIsRefused() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "1"))));

    Resource heartbeat = Resource.newBuilder().setName("a").setVersion("1").build();
    assertThat(answer(delta(ResourceType.CLUSTER, "n2", 2, List.of(heartbeat))).hasErrorDetail())
        .isFalse();
    Resource empty = Resource.newBuilder().setName("a").setVersion("2").build();
    assertThat(
            answer(delta(ResourceType.CLUSTER, "n3", 2, List.of(empty)))
                .getErrorDetail()
                .getMessage())
        .contains("no body");
    Resource wrong = endpoints("w", "1");
    assertThat(
            answer(delta(ResourceType.CLUSTER, "n4", 2, List.of(wrong)))
                .getErrorDetail()
                .getMessage())
        .contains("its body is a type.googleapis.com/envoy.config.endpoint");
  }

  @Test
  void whatIsHeldAlreadyIsNotOfferedAgain() {
    wantAllClusters();
    session.open();
    answer(delta(ResourceType.CLUSTER, "n1", 1, List.of(cluster("a", "1"))));
    answer(delta(ResourceType.CLUSTER, "n2", 2, List.of(cluster("a", "1"))));
    assertThat(sink.offered).containsExactly("a@1");
  }

  private static java.util.Map.Entry<String, String> entry(String key, String value) {
    return java.util.Map.entry(key, value);
  }
}
