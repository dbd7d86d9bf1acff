package io.headgate.controlplane.discovery;

import io.headgate.controlplane.discovery.DiscoveryTracker.Nack;
import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamTracker;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.GroupSnapshot;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.Owner;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One aggregated discovery stream, free of transport: requests and snapshots go in, responses are
 * pulled out as fast as the connection takes them, so what is sent is always the newest.
 *
 * <p>Responses come in the order clusters, endpoints, listeners, routes; what was removed comes
 * last and in reverse, and each name only when nothing the client has refers to it; but a listener
 * whose address another one takes goes with the response that brings that.
 *
 * <p>Thread: confined to its stream's serial executor. Units: nanoseconds of a monotonic clock.
 *
 * <p>Spec: xDS protocol, "Aggregated Discovery Service" and "Eventual consistency considerations".
 */
final class DiscoverySession {
  /**
   * After a client came back with resources, removals wait this long for the rest of its
   * subscriptions.
   */
  private static final long RESUME_GRACE_NANOS = 500_000_000L; // 500 ms

  /** Removals wait at most this long for a client to ask for the routes that its listeners name. */
  private static final long ROUTE_WAIT_NANOS = 15_000_000_000L; // 15 s

  private final boolean delta;
  private final DiscoveryLimits limits;
  private final StreamTracker tracker;
  private final DiscoveryMeters meters;
  private final ClusterGate gate;
  private final Map<ResourceType, TypeState> types = new EnumMap<>(ResourceType.class);
  private GroupSnapshot snapshot = GroupSnapshot.EMPTY;
  private long nonces;
  private long removalsFrom = Long.MIN_VALUE;
  private @Nullable Long routesAwaitedSince;

  DiscoverySession(
      boolean delta, DiscoveryLimits limits, StreamTracker tracker, DiscoveryMeters meters) {
    this.delta = delta;
    this.limits = limits;
    this.tracker = tracker;
    this.meters = meters;
    this.gate = new ClusterGate(nanos -> meters.gateTimeouts.increment());
  }

  /**
   * Takes a request.
   *
   * @return why the stream has to end, or nothing
   */
  Optional<String> request(ClientRequest request, long now) {
    TypeState state =
        types.computeIfAbsent(
            request.type(), type -> delta ? new DeltaType(type) : new SotwType(type));
    if (request.nameCount() + (delta ? state.names.size() : 0) > limits.names()) {
      return Optional.of(
          "more than %d resource names of %s on one stream"
              .formatted(limits.names(), request.type().typeUrl()));
    }
    boolean answers = answered(request, state);
    List<String> left =
        switch (request) {
          case ClientRequest.Delta d -> ((DeltaType) state).subscribe(d);
          case ClientRequest.Sotw s -> {
            SotwType sotw = (SotwType) state;
            if (sotw.stale(s)) {
              meters.staleRequests.increment();
              yield List.of();
            }
            yield sotw.subscribe(s);
          }
        };
    if (!left.isEmpty()) {
      left.forEach(name -> gate.forget(request.type(), name));
      tracker.unsubscribed(request.type(), left);
    }
    if (!answers
        && delta
        && !state.holdings.declaredNames().isEmpty()
        && removalsFrom == Long.MIN_VALUE) {
      removalsFrom = now + RESUME_GRACE_NANOS;
    }
    look(state);
    return Optional.empty();
  }

  /** Books the ACK or NACK that a request is; false when it answers no response. */
  private boolean answered(ClientRequest request, TypeState state) {
    if (request.nonce().isEmpty()) {
      return false;
    }
    if (request.refusal().isPresent()) {
      ClientRequest.Refusal refusal = request.refusal().get();
      Optional<Sent> refused =
          refusal.stale()
              ? state.outdated(request.nonce())
              : state.nacked(request.nonce(), names -> blamed(names, refusal.message()));
      refused.ifPresent(sent -> nacked(sent, refusal));
    } else {
      for (Sent sent : state.acked(request.nonce(), !delta)) {
        meters.acks.increment();
        tracker.acked(sent);
      }
    }
    return true;
  }

  private void nacked(Sent sent, ClientRequest.Refusal refusal) {
    meters.nacks.increment();
    List<String> all = sent.resources().stream().map(EncodedResource::name).toList();
    List<String> blamed = blamed(all, refusal.message());
    List<String> named = blamed.isEmpty() ? all : blamed;
    Map<String, List<Owner>> owners = new HashMap<>();
    for (EncodedResource resource : sent.resources()) {
      if (named.contains(resource.name())) {
        owners.put(resource.name(), resource.owners());
      }
    }
    tracker.nacked(new Nack(sent, refusal.code(), refusal.message(), named, Map.copyOf(owners)));
  }

  /** The names that a client's message mentions as whole words. */
  static List<String> blamed(List<String> names, String message) {
    return names.stream().filter(name -> mentions(message, name)).sorted().toList();
  }

  private static boolean mentions(String message, String name) {
    for (int at = message.indexOf(name); at >= 0; at = message.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean starts = at == 0 || !inName(message.charAt(at - 1));
      boolean ends =
          end == message.length()
              || !inName(message.charAt(end))
              // a full stop, colon or slash is part of a name only if the name goes on behind it
              || (!Character.isLetterOrDigit(message.charAt(end))
                  && message.charAt(end) != '-'
                  && message.charAt(end) != '_'
                  && (end + 1 == message.length()
                      || !Character.isLetterOrDigit(message.charAt(end + 1))));
      if (starts && ends && !name.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static boolean inName(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == ':';
  }

  /**
   * Takes a newer snapshot. An image that was never read is no snapshot: nothing is answered from
   * it.
   */
  @SuppressWarnings(
      "ReferenceEquality") // the very same snapshot has nothing new; comparing by value would cost
  // more
  void snapshot(GroupSnapshot newest) {
    if (newest == snapshot || newest.origin().equals(Origin.NONE)) {
      return;
    }
    snapshot = newest;
    types.values().forEach(TypeState::newer);
    types.values().forEach(this::look);
  }

  private void look(TypeState state) {
    if (snapshot.origin().equals(Origin.NONE)) {
      return;
    }
    state.look(snapshot.of(state.type));
    Map<String, String> known =
        switch (state) {
          case DeltaType d -> d.recognise();
          case SotwType s ->
              s.recognise().stream()
                  .collect(Collectors.toMap(EncodedResource::name, EncodedResource::version));
        };
    if (!known.isEmpty()) {
      tracker.known(state.type, known);
    }
  }

  /** The next response, if there is anything to say now. */
  Optional<Push> next(long now) {
    if (snapshot.origin().equals(Origin.NONE)) {
      return Optional.empty();
    }
    for (TypeState state : types.values()) {
      Predicate<EncodedResource> blocked =
          resource -> gate.blocks(resource, types.get(ResourceType.CLUSTER), now);
      Optional<Draft> answer = state.answer(blocked);
      if (answer.isPresent()) {
        return Optional.of(send(state, answer.get(), false, now));
      }
      Optional<Draft> change = state.change(blocked);
      if (change.isPresent()) {
        return Optional.of(send(state, change.get(), true, now));
      }
    }
    return removal(now);
  }

  private Optional<Push> removal(long now) {
    if (now < removalsFrom
        || types.values().stream().allMatch(state -> state.gone.isEmpty())
        || !quiet(now)) {
      return Optional.empty();
    }
    for (ResourceType type : ResourceType.all().reversed()) {
      TypeState state = types.get(type);
      if (state == null || state.gone.isEmpty()) {
        continue;
      }
      Set<String> referenced = referenced(type);
      Set<String> removable =
          state.gone.stream()
              .filter(name -> !referenced.contains(name))
              .collect(Collectors.toSet());
      Optional<Draft> removal = state.removal(removable);
      if (removal.isPresent()) {
        return Optional.of(send(state, removal.get(), true, now));
      }
    }
    return Optional.empty();
  }

  /** Whether the client confirmed all clusters, listeners and routes that it should have. */
  private boolean quiet(long now) {
    for (ResourceType type :
        List.of(ResourceType.CLUSTER, ResourceType.LISTENER, ResourceType.ROUTES)) {
      TypeState state = types.get(type);
      if (state != null && !state.settled()) {
        return false;
      }
    }
    if (!awaitsRoutes()) {
      routesAwaitedSince = null;
      return true;
    }
    if (routesAwaitedSince == null) {
      routesAwaitedSince = now;
    }
    return now - routesAwaitedSince >= ROUTE_WAIT_NANOS;
  }

  /** Whether a listener that the client has names routes that the client has still to ask for. */
  private boolean awaitsRoutes() {
    TypeState listeners = types.get(ResourceType.LISTENER);
    TypeState routes = types.get(ResourceType.ROUTES);
    if (listeners == null || routes == null) {
      return false;
    }
    return listeners.holdings.all().stream()
        .flatMap(listener -> listener.references().routes().stream())
        .anyMatch(name -> routes.set().get(name) != null && !routes.holdings.has(name));
  }

  private Set<String> referenced(ResourceType type) {
    return switch (type) {
      case CLUSTER ->
          held(ResourceType.LISTENER, ResourceType.ROUTES).stream()
              .flatMap(resource -> resource.references().clusters().stream())
              .collect(Collectors.toSet());
      case ENDPOINTS ->
          held(ResourceType.CLUSTER).stream()
              .flatMap(resource -> resource.references().endpoints().stream())
              .collect(Collectors.toSet());
      case ROUTES ->
          held(ResourceType.LISTENER).stream()
              .flatMap(resource -> resource.references().routes().stream())
              .collect(Collectors.toSet());
      case LISTENER, SECRET, EXTENSION, RUNTIME -> Set.of();
    };
  }

  private List<EncodedResource> held(ResourceType... of) {
    return List.of(of).stream()
        .map(types::get)
        .filter(Objects::nonNull)
        .flatMap(state -> state.holdings.all().stream())
        .toList();
  }

  private Push send(TypeState state, Draft draft, boolean asChange, long now) {
    if (state.type == ResourceType.CLUSTER) {
      repeatEndpoints(draft);
    }
    draft.news().forEach(resource -> gate.passed(resource, now));
    draft.removed().forEach(name -> gate.forget(state.type, name));
    state.book(draft);
    String nonce = Long.toString(++nonces);
    Sent sent =
        new Sent(
            state.type,
            nonce,
            state.version(snapshot.origin().toString()),
            snapshot.origin(),
            draft.resources(),
            draft.removed());
    state.sent(sent, draft, asChange);
    if (state instanceof SotwType sotw) {
      sotw.nonceSent(nonce);
    }
    meters.sent(draft);
    tracker.sent(sent);
    return new Push(delta, sent);
  }

  /**
   * A client that takes a cluster's update waits for its endpoints, and does not ask for those that
   * it has.
   */
  private void repeatEndpoints(Draft draft) {
    TypeState endpoints = types.get(ResourceType.ENDPOINTS);
    if (endpoints != null) {
      draft.news().forEach(cluster -> cluster.references().endpoints().forEach(endpoints::repeat));
    }
  }

  /** When {@link #next} should be asked again although nothing happened. */
  OptionalLong wakeAt(long now) {
    OptionalLong gateWake = gate.wakeAt(now);
    long wake = gateWake.orElse(Long.MAX_VALUE);
    if (removalsFrom > now) {
      wake = Math.min(wake, removalsFrom);
    }
    if (routesAwaitedSince != null && routesAwaitedSince + ROUTE_WAIT_NANOS > now) {
      wake = Math.min(wake, routesAwaitedSince + ROUTE_WAIT_NANOS);
    }
    return wake == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wake);
  }
}
