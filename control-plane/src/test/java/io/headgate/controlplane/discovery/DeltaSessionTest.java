package io.headgate.controlplane.discovery;

import static io.headgate.controlplane.discovery.Conversation.carried;
import static io.headgate.controlplane.discovery.TestResources.cluster;
import static io.headgate.controlplane.discovery.TestResources.endpoints;
import static io.headgate.controlplane.discovery.TestResources.listener;
import static io.headgate.controlplane.discovery.TestResources.listenerAt;
import static io.headgate.controlplane.discovery.TestResources.routes;
import static io.headgate.controlplane.snapshot.ResourceType.CLUSTER;
import static io.headgate.controlplane.snapshot.ResourceType.ENDPOINTS;
import static io.headgate.controlplane.snapshot.ResourceType.LISTENER;
import static io.headgate.controlplane.snapshot.ResourceType.ROUTES;
import static io.headgate.controlplane.snapshot.ResourceType.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The incremental variant, rule by rule of the xDS protocol. */
class DeltaSessionTest {
  private final Conversation client = Conversation.delta();

  @Test
  void nothingIsAnsweredBeforeThereIsAnImage() {
    client.subscribe(CLUSTER);
    client.silence();
    client.publish();
    assertThat(carried(client.next())).isEmpty();
  }

  @Test
  void anEmptyFirstListIsAWildcard() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.subscribe(CLUSTER);
    Push push = client.next();
    assertThat(carried(push)).containsExactly("a", "b");
    assertThat(push.sent().version()).isEqualTo("0123456789abcdef/1");
    client.silence();
  }

  @Test
  void onlyWhatChangedIsSent() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.subscribe(CLUSTER);
    client.settle();
    client.publish(cluster("a", "1"), cluster("b", "2"));
    assertThat(carried(client.next())).containsExactly("b");
  }

  @Test
  void aMissingNameIsAnsweredAndBlocksNobody() {
    client.publish(endpoints("a", "1"));
    client.subscribe(ENDPOINTS, "a", "missing");
    Push push = client.next();
    assertThat(carried(push)).containsExactly("a");
    assertThat(push.sent().removed()).containsExactly("missing");
    client.ack(push);
    client.publish(endpoints("a", "1"), endpoints("missing", "1"));
    assertThat(carried(client.next())).containsExactly("missing");
  }

  @Test
  void aTypeThatIsNotServedHasNothing() {
    client.publish();
    client.subscribe(SECRET, "key");
    assertThat(client.next().sent().removed()).containsExactly("key");
  }

  @Test
  void aRepeatedSubscriptionIsAnswered() {
    client.publish(endpoints("a", "1"));
    client.subscribe(ENDPOINTS, "a");
    client.settle();
    client.subscribe(ENDPOINTS, "a");
    assertThat(carried(client.next())).containsExactly("a");
  }

  @Test
  void anUnsubscribeUnderAWildcardIsAnswered() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.subscribe(CLUSTER, "*", "a", "missing");
    client.settle();
    client.unsubscribe(CLUSTER, "a", "missing");
    Push push = client.next();
    assertThat(carried(push)).containsExactly("a");
    assertThat(push.sent().removed()).containsExactly("missing");
  }

  @Test
  void nothingIsSentOfWhatWasUnsubscribed() {
    client.publish(endpoints("a", "1"), endpoints("b", "1"));
    client.subscribe(ENDPOINTS, "a", "b");
    client.settle();
    client.unsubscribe(ENDPOINTS, "a");
    client.publish(endpoints("a", "2"), endpoints("b", "1"));
    client.silence();
    client.unsubscribe(ENDPOINTS, "b");
    client.publish(endpoints("a", "3"), endpoints("b", "3"));
    client.silence();
  }

  @Test
  void theEndOfAWildcardLeavesTheNames() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.subscribe(CLUSTER, "*", "a");
    client.settle();
    client.unsubscribe(CLUSTER, "*");
    client.publish(cluster("a", "2"), cluster("b", "2"));
    assertThat(carried(client.next())).containsExactly("a");
  }

  @Test
  void aReconnectIsSentWhatDiffersAndNothingThatIsEqual() {
    EncodedResource same = cluster("same", "1");
    client.publish(same, cluster("changed", "2"));
    client.resume(CLUSTER, Map.of("same", same.version(), "changed", "0000", "deleted", "0000"));
    Push push = client.next();
    assertThat(carried(push)).containsExactly("changed");
    assertThat(client.known).containsEntry(CLUSTER, Map.of("same", same.version()));
    client.ack(push);
    client.silence();
    assertThat(client.wakesWithin(Duration.ofSeconds(1))).isTrue();
    client.pass(Duration.ofSeconds(1));
    assertThat(client.next().sent().removed()).containsExactly("deleted");
  }

  @Test
  void aReconnectWithEverythingIsSentNothing() {
    EncodedResource a = cluster("a", "1");
    EncodedResource e = endpoints("a", "1");
    client.publish(a, e);
    client.resume(CLUSTER, Map.of("a", a.version()));
    client.resume(ENDPOINTS, Map.of("a", e.version()), "a");
    client.silence();
    client.pass(Duration.ofSeconds(1));
    client.silence();
  }

  @Test
  void aNackedContentIsNotSentAgain() {
    client.publish(cluster("a", "1"));
    client.subscribe(CLUSTER);
    Push push = client.next();
    client.nack(push, "no");
    client.silence();
    client.publish(cluster("a", "1"), cluster("b", "1"));
    assertThat(carried(client.next())).containsExactly("b");
  }

  @Test
  void whatIsTooOldForTheClientComesAgainWithTheNextSnapshotThoughItIsTheSame() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.subscribe(CLUSTER);
    client.nack(client.next(), "stale revision: 1 is older than 2, which is applied");
    assertThat(client.nacks).hasSize(1);
    client.silence();
    client.publish(cluster("a", "1"), cluster("b", "2"));
    Push again = client.next();
    assertThat(carried(again)).containsExactly("a", "b");
    client.ack(again);
    client.silence();
  }

  @Test
  void whatWasTooOldLeavesTheClientWithWhatItHad() {
    client.publish(cluster("a", "1"));
    client.subscribe(CLUSTER);
    client.settle();
    client.publish(cluster("a", "2"));
    client.nack(client.next(), "stale revision: 2 is older than 3, which is applied");
    client.publish(cluster("a", "1"));
    client.silence();
  }

  @Test
  void aNackNamesTheObjectsAndTheirAuthors() {
    client.publish(cluster("good", "1"), cluster("bad", "1"));
    client.subscribe(CLUSTER);
    client.nack(client.next(), "cluster bad: no such thing");
    assertThat(client.nacks).hasSize(1);
    assertThat(client.nacks.getFirst().named()).containsExactly("bad");
    assertThat(client.nacks.getFirst().owners())
        .containsOnly(Map.entry("bad", List.of(new Owner("config/test/default/bad", "ann", 7))));
    assertThat(client.nacks.getFirst().message()).contains("no such thing");
  }

  @Test
  void aFixedResourceIsSentWithWhatTheClientDidNotAccept() {
    client.publish(cluster("good", "1"), cluster("bad", "1"));
    client.subscribe(CLUSTER);
    client.nack(client.next(), "cluster bad: no");
    client.publish(cluster("good", "1"), cluster("bad", "2"));
    Push again = client.next();
    assertThat(carried(again)).containsExactly("bad", "good");
    client.ack(again);
    client.silence();
  }

  @Test
  void whatWasAcceptedBeforeANackIsWhatTheClientHas() {
    client.publish(cluster("a", "1"));
    client.subscribe(CLUSTER);
    client.settle();
    client.publish(cluster("a", "2"));
    client.nack(client.next(), "a");
    client.publish(cluster("a", "1"));
    client.silence();
    client.publish(cluster("a", "3"));
    assertThat(carried(client.next())).containsExactly("a");
  }

  @Test
  void subscriptionsCountWhateverTheNonceSays() {
    client.publish(endpoints("a", "1"), endpoints("b", "1"));
    client.subscribe(ENDPOINTS, "a");
    client.settle();
    client.resume(ENDPOINTS, Map.of(), "b");
    assertThat(carried(client.next())).containsExactly("b");
  }

  @Test
  void oneUnconfirmedChangeAndTheLatestContent() {
    client.publish(endpoints("a", "1"), endpoints("b", "1"));
    client.subscribe(ENDPOINTS, "a");
    client.settle();
    client.publish(endpoints("a", "2"), endpoints("b", "1"));
    Push second = client.next();
    client.publish(endpoints("a", "3"), endpoints("b", "1"));
    client.publish(endpoints("a", "4"), endpoints("b", "1"));
    client.silence();
    client.subscribe(ENDPOINTS, "b");
    assertThat(carried(client.next())).containsExactly("b"); // an answer does not wait
    client.silence();
    client.ack(second);
    Push last = client.next();
    assertThat(last.sent().resources().getFirst().version())
        .isEqualTo(endpoints("a", "4").version());
    client.ack(last);
    client.silence();
  }

  @Test
  void endpointsFollowAClusterThatChanged() {
    client.publish(cluster("a", "1"), endpoints("a", "1"));
    client.subscribe(CLUSTER);
    client.subscribe(ENDPOINTS, "a");
    client.settle();
    client.publish(cluster("a", "2"), endpoints("a", "1"));
    List<Push> pushes = client.settle();
    assertThat(pushes).extracting(p -> p.sent().type()).containsExactly(CLUSTER, ENDPOINTS);
    assertThat(carried(pushes.get(1))).containsExactly("a");
  }

  @Test
  void anEndpointChangeTouchesThatAssignmentOnly() {
    client.publish(cluster("a", "1"), cluster("b", "1"), endpoints("a", "1"), endpoints("b", "1"));
    client.subscribe(CLUSTER);
    client.subscribe(ENDPOINTS, "a", "b");
    client.settle();
    client.publish(cluster("a", "1"), cluster("b", "1"), endpoints("a", "2"), endpoints("b", "1"));
    List<Push> pushes = client.settle();
    assertThat(pushes).hasSize(1);
    assertThat(carried(pushes.getFirst())).containsExactly("a");
  }

  @Test
  void aRouteWaitsForItsNewCluster() {
    client.publish(cluster("a", "1"), listener("l", "1", "r"), routes("r", "1", "a"));
    everything();
    client.publish(
        cluster("a", "1"), cluster("b", "1"), listener("l", "1", "r"), routes("r", "2", "a", "b"));
    Push clusters = client.next();
    assertThat(carried(clusters)).containsExactly("b");
    client.silence();
    client.ack(clusters);
    assertThat(client.next().sent().type()).isEqualTo(ROUTES);
    assertThat(client.meters.gateTimeouts()).isZero();
  }

  @Test
  void aRouteWaitsForItsNewClusterNoLongerThanFifteenSeconds() {
    client.publish(cluster("a", "1"), routes("r", "1", "a"));
    everything();
    client.publish(cluster("a", "1"), cluster("b", "1"), routes("r", "2", "b"));
    assertThat(carried(client.next())).containsExactly("b");
    client.silence();
    assertThat(client.wakesWithin(Duration.ofSeconds(15))).isTrue();
    client.pass(Duration.ofMillis(14_999));
    client.silence();
    client.pass(Duration.ofMillis(1));
    assertThat(carried(client.next())).containsExactly("r");
    assertThat(client.meters.gateTimeouts()).isEqualTo(1);
  }

  @Test
  void aRouteThatWaitsHoldsUpNoOther() {
    client.publish(cluster("a", "1"), routes("r", "1", "a"), routes("s", "1", "a"));
    everything("s");
    client.publish(
        cluster("a", "1"), cluster("b", "1"), routes("r", "2", "b"), routes("s", "2", "a"));
    assertThat(carried(client.next())).containsExactly("b");
    assertThat(carried(client.next())).containsExactly("s");
    client.silence();
  }

  @Test
  void aRouteToAClusterThatIsNotThereDoesNotWait() {
    client.publish(cluster("a", "1"), routes("r", "1", "a"));
    everything();
    client.publish(cluster("a", "1"), routes("r", "2", "a", "nowhere"));
    assertThat(carried(client.next())).containsExactly("r");
  }

  @Test
  void additionsComeInOrderAndRemovalsLast() {
    client.publish(
        cluster("a", "1"), endpoints("a", "1"), listener("l", "1", "r"), routes("r", "1", "a"));
    everything();
    client.publish(
        cluster("b", "1"), endpoints("b", "1"), listener("l", "2", "r"), routes("r", "2", "b"));
    client.subscribe(ENDPOINTS, "b");
    List<Push> pushes = client.settle();
    assertThat(pushes)
        .extracting(p -> p.sent().type() + " +" + carried(p) + " -" + p.sent().removed())
        .containsExactly(
            "CLUSTER +[b] -[]",
            "ENDPOINTS +[b] -[]",
            "LISTENER +[l] -[]",
            "ROUTES +[r] -[]",
            "CLUSTER +[] -[a]",
            "ENDPOINTS +[] -[a]");
  }

  @Test
  void aClusterStaysUntilTheNewRouteIsAcked() {
    client.publish(cluster("a", "1"), cluster("b", "1"), routes("r", "1", "a"));
    everything();
    client.publish(cluster("b", "1"), routes("r", "2", "b"));
    Push route = client.next();
    assertThat(carried(route)).containsExactly("r");
    client.silence();
    client.ack(route);
    assertThat(client.next().sent().removed()).containsExactly("a");
  }

  @Test
  void aClusterStaysWhileARefusedRouteLeavesTheOldOneInForce() {
    client.publish(cluster("a", "1"), cluster("b", "1"), routes("r", "1", "a"));
    everything();
    client.publish(cluster("b", "1"), routes("r", "2", "b"));
    client.nack(client.next(), "r is bad");
    client.silence();
    client.publish(cluster("b", "1"), routes("r", "3", "b"));
    client.ack(client.next());
    assertThat(client.next().sent().removed()).containsExactly("a");
  }

  @Test
  void aListenerGoesBeforeTheRoutesThatItNames() {
    client.publish(cluster("a", "1"), listener("l", "1", "r"), routes("r", "1", "a"));
    everything();
    client.publish();
    List<Push> pushes = client.settle();
    assertThat(pushes)
        .extracting(p -> p.sent().type() + " " + p.sent().removed())
        .containsExactly("LISTENER [l]", "ROUTES [r]", "CLUSTER [a]");
  }

  @Test
  void aListenerGoesWithTheOneThatTakesItsAddress() {
    client.publish(listenerAt("0.0.0.0:80", "a"), listenerAt("0.0.0.0:81", "b"));
    client.subscribe(LISTENER);
    client.settle();
    client.publish(listenerAt("0.0.0.0:80", "c"));
    assertThat(client.settle())
        .extracting(p -> "+" + carried(p) + " -" + p.sent().removed())
        .containsExactly("+[c] -[a]", "+[] -[b]");
  }

  @Test
  void tooManyNamesEndTheStream() {
    Conversation greedy = Conversation.limited(2);
    assertThat(greedy.subscribe(ENDPOINTS, "a", "b")).isEmpty();
    assertThat(greedy.subscribe(ENDPOINTS, "c")).isPresent();
  }

  @Test
  void aNameIsBlamedAsAWholeWordOnly() {
    List<String> names = List.of("default/shop:80", "default/shop:8080", "shop");
    assertThat(DiscoverySession.blamed(names, "cluster default/shop:8080: bad"))
        .containsExactly("default/shop:8080");
    assertThat(DiscoverySession.blamed(names, "default/shop:80: x; default/shop:8080 y."))
        .containsExactly("default/shop:80", "default/shop:8080");
    assertThat(DiscoverySession.blamed(names, "nothing of yours")).isEmpty();
  }

  private void everything(String... moreRoutes) {
    client.subscribe(CLUSTER);
    client.subscribe(ENDPOINTS, "a");
    client.subscribe(LISTENER);
    client.subscribe(ROUTES, "r");
    if (moreRoutes.length > 0) {
      client.subscribe(ROUTES, moreRoutes);
    }
    client.settle();
  }
}
