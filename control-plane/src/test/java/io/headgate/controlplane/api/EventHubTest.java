package io.headgate.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventHubTest {
  private static final long NEVER = 3_600_000;

  private final AtomicInteger dropped = new AtomicInteger();

  private EventHub.Client connect(EventHub hub, String... types) {
    return hub.connect(Set.of(types), dropped::incrementAndGet);
  }

  @Test
  void aClientThatDoesNotReadIsDroppedAndOthersMissNothing() {
    try (EventHub hub = new EventHub(NEVER)) {
      EventHub.Client slow = connect(hub);
      EventHub.Client quick = hub.connect(Set.of(), () -> dropped.addAndGet(1_000));
      for (int i = 0; i < EventHub.MAX_WAITING; i++) {
        hub.publish("change", Json::object);
        assertThat(quick.waiting().poll()).isNotNull();
      }
      assertThat(dropped).hasValue(0);
      hub.publish("change", Json::object);
      assertThat(dropped).as("the slow one").hasValue(1);
      assertThat(slow.waiting()).hasSize(EventHub.MAX_WAITING);
      hub.disconnect(slow);
      hub.publish("change", Json::object);
      assertThat(dropped).hasValue(1);
      assertThat(quick.waiting()).hasSize(2);
    }
    assertThat(dropped).as("the end of the hub ends who is left").hasValue(1_001);
  }

  @Test
  void aClientGetsTheTypesItAskedFor() {
    try (EventHub hub = new EventHub(NEVER)) {
      EventHub.Client client = connect(hub, "nack");
      hub.publish("change", Json::object);
      hub.publish("nack", () -> Json.object().put("id", "7"));
      EventHub.Event event = Objects.requireNonNull(client.waiting().poll());
      assertThat(event.type()).isEqualTo("nack");
      assertThat(event.data()).isEqualTo("{\"id\":\"7\"}");
      assertThat(client.waiting()).isEmpty();
    }
  }

  @Test
  void whatChangesOftenIsGathered() {
    try (EventHub hub = new EventHub(20)) {
      EventHub.Client client = connect(hub, "fleet");
      for (int i = 0; i < 100; i++) {
        hub.proxiesChanged(Set.of("p1", "p2"));
      }
      await().until(() -> !client.waiting().isEmpty());
      assertThat(client.waiting().size()).isLessThan(10);
      assertThat(Objects.requireNonNull(client.waiting().poll()).data())
          .isEqualTo("{\"proxies\":[\"p1\",\"p2\"]}");
    }
  }

  @Test
  void thereIsARoomForSoManyClients() {
    try (EventHub hub = new EventHub(NEVER)) {
      for (int i = 0; i < EventHub.MAX_CLIENTS; i++) {
        var _ = connect(hub);
      }
      assertThatThrownBy(() -> connect(hub)).isInstanceOf(Problem.class);
      assertThat(hub.clientCount()).isEqualTo(EventHub.MAX_CLIENTS);
    }
  }
}
