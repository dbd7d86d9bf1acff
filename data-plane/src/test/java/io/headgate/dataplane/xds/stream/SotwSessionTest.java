package io.headgate.dataplane.xds.stream;

import static io.headgate.dataplane.xds.resource.Messages.body;
import static io.headgate.dataplane.xds.resource.Messages.sotw;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.RecordingSink;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The client rules of the state-of-the-world protocol, one by one. */
class SotwSessionTest {
  private static final Node NODE = Node.newBuilder().setId("proxy-1").build();

  private final RecordingSink sink = new RecordingSink();
  private final Ledger ledger = new Ledger();
  private SotwSession session = newStream();

  private SotwSession newStream() {
    return new SotwSession(ledger, new ResponseJudge(sink), NODE, false);
  }

  private DiscoveryRequest answer(DiscoveryResponse response) {
    return session.answer(response).request();
  }

  private void wantAllClusters() {
    ledger.of(ResourceType.CLUSTER).want(new Interest.All());
  }

  private void wantEndpoints(String... names) {
    ledger.of(ResourceType.ENDPOINTS).want(new Interest.Names(Set.of(names)));
  }

  private static Any cluster(String name) {
    return body(ResourceType.CLUSTER, name);
  }

  private static Any endpoints(String name) {
    return body(ResourceType.ENDPOINTS, name);
  }

  @Test
  void rule1AnAckHasTheNewVersionAndANackTheLastGoodOne() {
    wantAllClusters();
    session.open();
    DiscoveryRequest ack = answer(sotw(ResourceType.CLUSTER, "n1", "v1", cluster("a")));
    assertThat(ack.getVersionInfo()).isEqualTo("v1");
    assertThat(ack.getResponseNonce()).isEqualTo("n1");
    assertThat(ack.hasErrorDetail()).isFalse();

    sink.refuse.add("b");
    DiscoveryRequest nack =
        answer(sotw(ResourceType.CLUSTER, "n2", "v2", cluster("a"), cluster("b")));
    assertThat(nack.getVersionInfo()).isEqualTo("v1");
    assertThat(nack.getResponseNonce()).isEqualTo("n2");
    assertThat(nack.getErrorDetail().getMessage()).isEqualTo("cluster \"b\": not today");
  }

  @Test
  void rule2AReconnectSendsTheLastVersionAndNoNonce() {
    wantAllClusters();
    wantEndpoints("a");
    session.open();
    answer(sotw(ResourceType.CLUSTER, "n1", "v1", cluster("a")));

    session = newStream();
    List<DiscoveryRequest> opening = session.open();

    assertThat(opening.get(0).getVersionInfo()).isEqualTo("v1");
    assertThat(opening.get(0).getResponseNonce()).isEmpty();
    assertThat(opening.get(1).getVersionInfo()).isEmpty();
    assertThat(opening.get(1).getResourceNamesList()).containsExactly("a");
    assertThat(opening).allSatisfy(r -> assertThat(r.getNode()).isEqualTo(NODE));
  }

  @Test
  void rule4ANewestNonceIsEchoedWhenTheNamesChange() {
    wantEndpoints("a");
    session.open();
    answer(sotw(ResourceType.ENDPOINTS, "n1", "v1", endpoints("a")));
    wantEndpoints("a", "b");
    DiscoveryRequest change = session.interestChanged(ResourceType.ENDPOINTS).orElseThrow();
    assertThat(change.getResourceNamesList()).containsExactly("a", "b");
    assertThat(change.getResponseNonce()).isEqualTo("n1");
    assertThat(change.getVersionInfo()).isEqualTo("v1");
  }

  @Test
  void rule5AbsenceDeletesAClusterAndAnEmptyResponseDeletesAll() {
    wantAllClusters();
    session.open();
    answer(sotw(ResourceType.CLUSTER, "n1", "v1", cluster("a"), cluster("b"), cluster("c")));
    answer(sotw(ResourceType.CLUSTER, "n2", "v2", cluster("a"), cluster("b")));
    assertThat(sink.removed).containsExactly("c");
    answer(sotw(ResourceType.CLUSTER, "n3", "v3"));
    assertThat(sink.removed).containsExactly("c", "a", "b");
  }

  @Test
  void rule5ARefusedSuccessorIsNoAbsence() {
    wantAllClusters();
    session.open();
    answer(sotw(ResourceType.CLUSTER, "n1", "v1", cluster("a"), cluster("b")));
    sink.refuse.add("a");
    Any changed =
        Any.pack(
            io.envoyproxy.envoy.config.cluster.v3.Cluster.newBuilder()
                .setName("a")
                .setAltStatName("x")
                .build());
    answer(sotw(ResourceType.CLUSTER, "n2", "v2", changed, cluster("b")));
    assertThat(sink.removed).isEmpty();
    assertThat(ledger.of(ResourceType.CLUSTER).held()).containsOnlyKeys("a", "b");
  }

  @Test
  void rule5AResourceThatCanNotBeReadDeletesNothing() {
    wantAllClusters();
    session.open();
    answer(sotw(ResourceType.CLUSTER, "n1", "v1", cluster("a")));
    Any garbage =
        Any.newBuilder()
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .setValue(ByteString.copyFromUtf8("\u0001garbage"))
            .build();
    DiscoveryRequest nack = answer(sotw(ResourceType.CLUSTER, "n2", "v2", garbage, cluster("b")));
    assertThat(nack.getErrorDetail().getMessage()).contains("cluster \"#0\": it can not be parsed");
    assertThat(sink.removed).isEmpty();
    assertThat(ledger.of(ResourceType.CLUSTER).held()).containsOnlyKeys("a", "b");
  }

  @Test
  void rule5AbsentEndpointsStayUntilNobodyWantsThem() {
    wantEndpoints("a", "b");
    session.open();
    answer(sotw(ResourceType.ENDPOINTS, "n1", "v1", endpoints("a"), endpoints("b")));
    answer(sotw(ResourceType.ENDPOINTS, "n2", "v2", endpoints("a")));
    assertThat(sink.removed).isEmpty();
    assertThat(ledger.of(ResourceType.ENDPOINTS).held()).containsOnlyKeys("a", "b");

    wantEndpoints("a");
    assertThat(ledger.of(ResourceType.ENDPOINTS).held()).containsOnlyKeys("a");
  }

  @Test
  void rule6NoInterestIsNeverSentAsAnEmptyListOnAFreshStream() {
    assertThat(session.open()).isEmpty();
    assertThat(session.interestChanged(ResourceType.ENDPOINTS)).isEmpty();
  }

  @Test
  void rule6AfterNamesAnEmptyListUnsubscribesAndEverythingIsAStar() {
    wantEndpoints("a");
    session.open();
    wantEndpoints();
    assertThat(session.interestChanged(ResourceType.ENDPOINTS).orElseThrow().getResourceNamesList())
        .isEmpty();
    ledger.of(ResourceType.ENDPOINTS).want(new Interest.All());
    assertThat(session.interestChanged(ResourceType.ENDPOINTS).orElseThrow().getResourceNamesList())
        .containsExactly("*");
    assertThat(
            answer(sotw(ResourceType.ENDPOINTS, "n1", "v1", endpoints("a"))).getResourceNamesList())
        .as("the ACK must not unsubscribe")
        .containsExactly("*");
  }

  @Test
  void aWrappedResourceBringsItsOwnNameAndVersion() {
    wantAllClusters();
    session.open();
    answer(
        sotw(
            ResourceType.CLUSTER, "n1", "v1", Messages.resource(ResourceType.CLUSTER, "a", "own")));
    assertThat(sink.offered).containsExactly("a@own");
  }
}
