package io.headgate.controlplane.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.discovery.DiscoveryTracker.Nack;
import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamTracker;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.GroupSnapshot;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.ResourceSet;
import io.headgate.controlplane.snapshot.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client's talk with one session, on a clock that stands still unless it is moved. */
final class Conversation implements StreamTracker {
  final DiscoveryMeters meters = new DiscoveryMeters();
  final List<Nack> nacks = new ArrayList<>();
  final List<Sent> acks = new ArrayList<>();
  final Map<ResourceType, Map<String, String>> known = new EnumMap<>(ResourceType.class);
  final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);
  private final DiscoverySession session;
  private final Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
  private long now = 1_000;
  private long revision;

  private Conversation(boolean delta, int names) {
    session = new DiscoverySession(delta, new DiscoveryLimits(names, 10, 10), this, meters);
  }

  static Conversation delta() {
    return new Conversation(true, 1_000);
  }

  static Conversation sotw() {
    return new Conversation(false, 1_000);
  }

  static Conversation limited(int names) {
    return new Conversation(true, names);
  }

  /** Publishes exactly these resources. */
  void publish(EncodedResource... resources) {
    for (ResourceType type : ResourceType.all()) {
      List<EncodedResource> ofType =
          Arrays.stream(resources).filter(r -> r.type() == type).toList();
      sets.put(type, sets.getOrDefault(type, ResourceSet.EMPTY).next(ofType));
    }
    session.snapshot(new GroupSnapshot(new Origin("0123456789abcdef", ++revision), sets));
  }

  void pass(Duration time) {
    now += time.toNanos();
  }

  Optional<String> subscribe(ResourceType type, String... names) {
    return ask(
        new ClientRequest.Delta(type, "", List.of(names), List.of(), Map.of(), Optional.empty()));
  }

  void unsubscribe(ResourceType type, String... names) {
    ask(new ClientRequest.Delta(type, "", List.of(), List.of(names), Map.of(), Optional.empty()));
  }

  void resume(ResourceType type, Map<String, String> versions, String... names) {
    ask(new ClientRequest.Delta(type, "", List.of(names), List.of(), versions, Optional.empty()));
  }

  void ack(Push push) {
    ask(
        new ClientRequest.Delta(
            push.sent().type(),
            push.sent().nonce(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty()));
  }

  void nack(Push push, String message) {
    ask(
        new ClientRequest.Delta(
            push.sent().type(),
            push.sent().nonce(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.of(new ClientRequest.Refusal(13, message))));
  }

  /** A state-of-the-world request with the newest nonce. */
  void names(ResourceType type, String version, String... names) {
    sotw(type, version, nonces.getOrDefault(type, ""), Optional.empty(), names);
  }

  void sotw(
      ResourceType type,
      String version,
      String nonce,
      Optional<ClientRequest.Refusal> refusal,
      String... names) {
    ask(new ClientRequest.Sotw(type, version, nonce, List.of(names), refusal));
  }

  private Optional<String> ask(ClientRequest request) {
    return session.request(request, now);
  }

  /** The next response; there has to be one. */
  Push next() {
    Optional<Push> push = session.next(now);
    assertThat(push).isPresent();
    nonces.put(push.get().sent().type(), push.get().sent().nonce());
    return push.get();
  }

  void silence() {
    assertThat(session.next(now)).isEmpty();
  }

  /** Takes every response and accepts it, until there is silence. */
  List<Push> settle() {
    List<Push> pushes = new ArrayList<>();
    for (Optional<Push> push = session.next(now); push.isPresent(); push = session.next(now)) {
      pushes.add(push.get());
      ack(push.get());
    }
    return pushes;
  }

  boolean wakesWithin(Duration time) {
    return session.wakeAt(now).orElse(Long.MAX_VALUE) <= now + time.toNanos();
  }

  static List<String> carried(Push push) {
    return push.sent().resources().stream().map(EncodedResource::name).toList();
  }

  @Override
  public void sent(Sent sent) {}

  @Override
  public void acked(Sent sent) {
    acks.add(sent);
  }

  @Override
  public void nacked(Nack nack) {
    nacks.add(nack);
  }

  @Override
  public void known(ResourceType type, Map<String, String> versions) {
    known.put(type, versions);
  }

  @Override
  public void unsubscribed(ResourceType type, List<String> names) {}

  @Override
  public void closed(DiscoveryTracker.Ending ending, String reason) {}
}
