package io.headgate.controlplane.discovery;

import static io.headgate.controlplane.discovery.Conversation.carried;
import static io.headgate.controlplane.discovery.TestResources.cluster;
import static io.headgate.controlplane.discovery.TestResources.endpoints;
import static io.headgate.controlplane.discovery.TestResources.listener;
import static io.headgate.controlplane.discovery.TestResources.listenerAt;
import static io.headgate.controlplane.discovery.TestResources.listenerTo;
import static io.headgate.controlplane.discovery.TestResources.routes;
import static io.headgate.controlplane.snapshot.ResourceType.CLUSTER;
import static io.headgate.controlplane.snapshot.ResourceType.ENDPOINTS;
import static io.headgate.controlplane.snapshot.ResourceType.LISTENER;
import static io.headgate.controlplane.snapshot.ResourceType.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The state-of-the-world variant, rule by rule of the xDS protocol. */
class SotwSessionTest {
  private final Conversation client = Conversation.sotw();

  @Test
  void clustersCarryTheFullSet() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.names(CLUSTER, "");
    Push first = client.next();
    assertThat(carried(first)).containsExactly("a", "b");
    accept(first);
    client.publish(cluster("a", "1"), cluster("b", "2"));
    assertThat(carried(client.next())).containsExactly("a", "b");
  }

  @Test
  void aStarIsAWildcard() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.names(CLUSTER, "", "*");
    assertThat(carried(client.next())).containsExactly("a", "b");
  }

  @Test
  void anEmptySetIsAnswered() {
    client.publish();
    client.names(CLUSTER, "");
    assertThat(carried(client.next())).isEmpty();
    client.silence();
  }

  @Test
  void aMissingNameBlocksNobodyAndIsRemembered() {
    client.publish(endpoints("a", "1"));
    client.names(ENDPOINTS, "", "a", "missing");
    Push first = client.next();
    assertThat(carried(first)).containsExactly("a");
    accept(first, "a", "missing");
    client.silence();
    client.publish(endpoints("a", "1"), endpoints("missing", "1"));
    assertThat(carried(client.next())).containsExactly("missing");
  }

  @Test
  void anEmptyListAfterNamesUnsubscribesAll() {
    client.publish(cluster("a", "1"));
    client.names(CLUSTER, "", "a");
    Push first = client.next();
    accept(first, "a");
    client.names(CLUSTER, first.sent().version());
    client.silence();
    client.publish(cluster("a", "2"), cluster("b", "1"));
    client.silence();
  }

  @Test
  void aNackIsNotAnsweredWithTheSame() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.names(CLUSTER, "");
    Push first = client.next();
    refuse(first, "a is bad");
    client.silence();
    client.publish(cluster("a", "1"), cluster("b", "2"));
    // What was blamed is left at what the client has of it, which is nothing.
    assertThat(carried(client.next())).containsExactly("b");
  }

  @Test
  void whatIsRefusedStaysAtWhatWasAccepted() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.names(CLUSTER, "");
    accept(client.next());
    client.publish(cluster("a", "2"), cluster("b", "1"));
    refuse(client.next(), "a is bad");
    client.silence();
    client.publish(cluster("a", "2"), cluster("b", "2"));
    Push third = client.next();
    assertThat(third.sent().resources().getFirst().version())
        .isEqualTo(cluster("a", "1").version());
    accept(third);
    client.publish(cluster("a", "3"), cluster("b", "2"));
    assertThat(client.next().sent().resources().getFirst().version())
        .isEqualTo(cluster("a", "3").version());
  }

  @Test
  void anErrorDetailIsANackWhateverTheVersionSays() {
    client.publish(cluster("a", "1"));
    client.names(CLUSTER, "");
    Push first = client.next();
    client.sotw(
        CLUSTER,
        first.sent().version(),
        first.sent().nonce(),
        Optional.of(new ClientRequest.Refusal(13, "no")));
    assertThat(client.nacks).hasSize(1);
    assertThat(client.acks).isEmpty();
  }

  @Test
  void aNewNameIsAnsweredWithANack() {
    client.publish(endpoints("a", "1"), endpoints("b", "1"));
    client.names(ENDPOINTS, "", "a");
    Push first = client.next();
    client.sotw(
        ENDPOINTS,
        "",
        first.sent().nonce(),
        Optional.of(new ClientRequest.Refusal(13, "a")),
        "a",
        "b");
    assertThat(carried(client.next())).containsExactly("b");
    client.silence();
  }

  @Test
  void aStaleRequestChangesNoSubscription() {
    client.publish(endpoints("a", "1"), endpoints("b", "1"), endpoints("c", "1"));
    client.names(ENDPOINTS, "", "a");
    Push first = client.next();
    client.names(ENDPOINTS, first.sent().version(), "a", "b");
    Push second = client.next();
    client.sotw(
        ENDPOINTS, first.sent().version(), first.sent().nonce(), Optional.empty(), "a", "c");
    client.silence();
    assertThat(client.meters.read()).containsEntry("headgate_discovery_stale_requests_total", 1L);
    accept(second, "a", "b", "c");
    assertThat(carried(client.next())).containsExactly("c");
  }

  @Test
  void aReconnectWithTheSameSetIsSentNothing() {
    client.publish(cluster("a", "1"), cluster("b", "1"));
    client.names(CLUSTER, "");
    Push first = client.next();
    Conversation again = Conversation.sotw();
    again.names(CLUSTER, first.sent().version());
    again.publish(cluster("b", "1"), cluster("a", "1"));
    again.silence();
    assertThat(again.known.get(CLUSTER)).containsOnlyKeys("a", "b");
    again.publish(cluster("b", "2"), cluster("a", "1"));
    assertThat(carried(again.next())).containsExactly("a", "b");
  }

  @Test
  void aReconnectWithAnotherSetIsSentTheSet() {
    client.publish(cluster("a", "1"));
    client.names(CLUSTER, "00000000000000000000000000000001");
    assertThat(carried(client.next())).containsExactly("a");
  }

  @Test
  void aClusterIsInTheSetUntilTheNewRouteIsAcked() {
    client.publish(cluster("a", "1"), listener("l", "1", "r"), routes("r", "1", "a"));
    client.names(CLUSTER, "");
    accept(client.next());
    client.names(LISTENER, "");
    accept(client.next());
    client.names(ROUTES, "", "r");
    accept(client.next(), "r");
    client.publish(cluster("b", "1"), listener("l", "1", "r"), routes("r", "2", "b"));
    Push clusters = client.next();
    assertThat(carried(clusters)).containsExactly("a", "b");
    client.silence();
    accept(clusters);
    Push route = client.next();
    assertThat(carried(route)).containsExactly("r");
    client.silence();
    accept(route, "r");
    assertThat(carried(client.next())).containsExactly("b");
  }

  @Test
  void aListenerThatNamesANewClusterIsLeftOutOfTheSetUntilTheAck() {
    client.publish(cluster("a", "1"), listener("l", "1"));
    client.names(CLUSTER, "");
    accept(client.next());
    client.names(LISTENER, "");
    Push listeners = client.next();
    assertThat(carried(listeners)).containsExactly("l");
    accept(listeners);
    client.publish(
        cluster("a", "1"),
        cluster("b", "1"),
        listenerTo("k", "b"),
        listener("l", "2"),
        listenerTo("m", "a"));
    Push clusters = client.next();
    assertThat(clusters.sent().type()).isEqualTo(CLUSTER);
    Push some = client.next();
    assertThat(carried(some)).containsExactly("l", "m");
    accept(some);
    client.silence();
    accept(clusters);
    assertThat(carried(client.next())).containsExactly("k", "l", "m");
  }

  private void accept(Push push, String... names) {
    client.sotw(
        push.sent().type(), push.sent().version(), push.sent().nonce(), Optional.empty(), names);
  }

  private void refuse(Push push, String message, String... names) {
    client.sotw(
        push.sent().type(),
        "",
        push.sent().nonce(),
        Optional.of(new ClientRequest.Refusal(13, message)),
        names);
  }

  @Test
  void aListenerGoesWithTheOneThatTakesItsAddress() {
    client.publish(listenerAt("0.0.0.0:80", "a"), listenerAt("0.0.0.0:81", "b"));
    client.names(LISTENER, "");
    Push first = client.next();
    accept(first);
    client.publish(listenerAt("0.0.0.0:80", "c"));
    Push handover = client.next();
    assertThat(carried(handover)).containsExactly("b", "c");
    accept(handover);
    assertThat(carried(client.next())).containsExactly("c");
  }
}
