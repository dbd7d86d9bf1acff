package io.headgate.controlplane.fleetstate;

import io.headgate.controlplane.snapshot.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The whole fleet as this replica knows it: its own proxies from discovery and the status stream,
 * those of other replicas from the exchange.
 *
 * <p>A pure state: it opens nothing, waits for nothing and reads time from its clock only. What a
 * proxy's group has is asked for at each read, so a state is never older than the published config.
 *
 * <p>Thread: any. One lock; listeners are called outside it.
 */
public final class Fleet implements ClientEvents {
  /** A proxy that was unknown for so long is forgotten. */
  static final Duration FORGET_AFTER = Duration.ofHours(1);

  /** Refusals that are remembered. */
  static final int MAX_NACKS = 1_000;

  private final String replicaId;
  private final GroupView groups;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<FleetListener> listeners = new CopyOnWriteArrayList<>();

  private final Map<String, LocalProxy> local = new TreeMap<>();
  private final Map<String, String> streams = new HashMap<>();
  private final Map<String, RemoteReplica> remote = new TreeMap<>();
  private final Deque<Nack> nacks = new ArrayDeque<>();
  private final Departures departures = new Departures();
  private final Deque<NumberedNack> ownNacks = new ArrayDeque<>();
  private long sequence;

  public Fleet(String replicaId, GroupView groups, Clock clock) {
    this.replicaId = replicaId;
    this.groups = groups;
    this.clock = clock;
  }

  public void addListener(FleetListener listener) {
    listeners.add(listener);
  }

  // What discovery says.

  @Override
  public void connected(String stream, ProxyIdentity proxy) {
    begin(stream, proxy, known -> known.leaving(false));
  }

  private void begin(String stream, ProxyIdentity proxy, Consumer<LocalProxy> action) {
    change(() -> {
      Instant now = clock.instant();
      streams.put(stream, proxy.nodeId());
      LocalProxy known = local.computeIfAbsent(proxy.nodeId(), node -> new LocalProxy(proxy, now));
      known.connected(stream, proxy, now);
      action.accept(known);
      departures.remove(proxy.nodeId());
      return touched(known);
    });
  }

  @Override
  public void disconnected(String stream) {
    end(stream, proxy -> proxy.leaving(false));
  }

  @Override
  public void left(String stream) {
    end(stream, proxy -> proxy.leaving(true));
  }

  private void end(String stream, Consumer<LocalProxy> action) {
    change(() -> {
      LocalProxy proxy = local.get(streams.getOrDefault(stream, ""));
      streams.remove(stream);
      if (proxy == null) {
        return Set.of();
      }
      proxy.keep(replicaId, groups);
      action.accept(proxy);
      if (proxy.disconnected(stream, clock.instant()) && proxy.leaving()) {
        return departed(proxy.identity().nodeId());
      }
      return touched(proxy);
    });
  }

  /** Forgets a proxy that is not connected, wherever it was. */
  private Set<String> departed(String node) {
    local.remove(node);
    remote.values().forEach(replica -> replica.forget(node));
    departures.add(node, ++sequence);
    return Set.of(node);
  }

  @Override
  public void subscribed(String stream, String typeUrl, boolean wildcard, Set<String> names) {
    onStream(stream, proxy -> proxy.type(typeUrl).subscribed(wildcard, names));
  }

  @Override
  public void sent(String stream, String typeUrl, String version, long revision) {
    onStream(stream, proxy -> proxy.type(typeUrl).sent(mark(version, revision)));
  }

  @Override
  public void acked(
      String stream, String typeUrl, String version, long revision, Map<String, String> held) {
    onStream(stream, proxy -> proxy.type(typeUrl).acked(mark(version, revision), held));
  }

  @Override
  public void nacked(
      String stream,
      String typeUrl,
      String version,
      long revision,
      String message,
      Collection<String> resources) {
    List<Nack> made = new ArrayList<>();
    onStream(
        stream,
        proxy -> {
          Nack nack = nack(proxy.identity(), typeUrl, mark(version, revision), message, resources);
          made.add(nack);
          ownNacks.addLast(new NumberedNack(sequence + 1, nack));
          trim(ownNacks);
          proxy.type(typeUrl).nacked(nack);
        });
    made.forEach(this::remember);
  }

  private Nack nack(
      ProxyIdentity proxy,
      String typeUrl,
      VersionMark mark,
      String message,
      Collection<String> resources) {
    boolean stale = message.startsWith(Origin.STALE);
    List<NackedObject> objects = stale ? List.of() : groups.origins(proxy, typeUrl, resources);
    String id = replicaId + "-" + (sequence + 1);
    return new Nack(id, proxy.nodeId(), typeUrl, mark, message, stale, objects);
  }

  // What the status stream says.

  /** A status stream began; what discovery says of the same proxy's identity goes before it. */
  void statusConnected(String stream, ProxyIdentity fromStatus) {
    ProxyIdentity known;
    lock.lock();
    try {
      LocalProxy proxy = local.get(fromStatus.nodeId());
      known = proxy == null || !proxy.presence().connected() ? fromStatus : proxy.identity();
    } finally {
      lock.unlock();
    }
    begin(stream, known, proxy -> proxy.reportsBegin(stream));
  }

  /** A status stream ended, which says nothing of whether the proxy is coming back. */
  void statusDisconnected(String stream) {
    end(stream, proxy -> {});
  }

  void reported(
      String stream, SelfReport report, Map<String, Map<String, ResourceReport>> resources) {
    onStream(stream, proxy -> proxy.reported(stream, report, resources));
  }

  void reportEnded(String stream) {
    onStream(
        stream,
        proxy -> {
          if (proxy.reportsOn(stream)) {
            proxy.keep(replicaId, groups);
            proxy.reportEnded();
          }
        });
  }

  /** Other config is in force on this replica: every state may differ now. */
  public void published() {
    change(() -> {
      sequence++;
      local.values().forEach(proxy -> proxy.changed = sequence);
      return Set.copyOf(local.keySet());
    });
  }

  // What other replicas say.

  void replicaKnown(String id, String address) {
    lock.lock();
    try {
      remote.computeIfAbsent(id, key -> new RemoteReplica(key, address)).address(address);
    } finally {
      lock.unlock();
    }
  }

  void replicaUpdated(String id, ReplicaUpdateView update) {
    change(() -> {
      RemoteReplica replica = remote.get(id);
      if (replica == null) {
        return Set.of();
      }
      Set<String> changed = new HashSet<>(replica.update(update, clock.instant()));
      update.proxies().stream()
          .filter(proxy -> proxy.presence().connected())
          .forEach(proxy -> departures.remove(proxy.identity().nodeId()));
      update.forgotten().forEach(node -> changed.addAll(departedElsewhere(node)));
      return changed;
    });
    update.nacks().forEach(this::remember);
  }

  /** Another replica says that a proxy is gone: it is unless it is connected somewhere. */
  private Set<String> departedElsewhere(String node) {
    LocalProxy own = local.get(node);
    if (own != null && !own.presence().connected()) {
      return departed(node);
    }
    boolean changed = false;
    for (RemoteReplica replica : remote.values()) {
      changed |= replica.forget(node);
    }
    return changed ? Set.of(node) : Set.of();
  }

  void replicaLost(String id) {
    change(() -> {
      RemoteReplica replica = remote.get(id);
      return replica == null ? Set.of() : replica.lost(clock.instant());
    });
  }

  // Reading.

  public String replicaId() {
    return replicaId;
  }

  public GroupView.Published published(String id) {
    lock.lock();
    try {
      RemoteReplica replica = remote.get(id);
      return replica == null ? groups.published() : replica.published();
    } finally {
      lock.unlock();
    }
  }

  /** Every proxy of the fleet, by node id. */
  public List<ProxyStatus> proxies() {
    lock.lock();
    try {
      Map<String, ProxyStatus> best = new TreeMap<>();
      local.forEach((node, proxy) -> best.put(node, proxy.status(replicaId, groups)));
      for (RemoteReplica replica : remote.values()) {
        for (ProxyStatus status : replica.proxies()) {
          best.merge(status.identity().nodeId(), status, Fleet::newer);
        }
      }
      return List.copyOf(best.values());
    } finally {
      lock.unlock();
    }
  }

  public Optional<ProxyStatus> proxy(String nodeId) {
    return proxies().stream().filter(p -> p.identity().nodeId().equals(nodeId)).findFirst();
  }

  /** Every replica that was ever heard of since this one started, itself first. */
  public List<ReplicaStatus> replicas(String ownAddress) {
    lock.lock();
    try {
      List<ReplicaStatus> all = new ArrayList<>();
      all.add(
          new ReplicaStatus(
              replicaId, ownAddress, true, true, clock.instant(), groups.published()));
      remote.values().forEach(replica -> all.add(replica.status()));
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Refusals, the newest first. */
  public List<Nack> nacks() {
    lock.lock();
    try {
      return List.copyOf(nacks);
    } finally {
      lock.unlock();
    }
  }

  /** Of this replica's own proxies: what changed after {@code seen}; all of it when 0. */
  Changes changesSince(long seen) {
    lock.lock();
    try {
      return new Changes(
          sequence,
          local.values().stream()
              .filter(proxy -> seen == 0 || proxy.changed > seen)
              .map(proxy -> proxy.status(replicaId, groups))
              .toList(),
          departures.since(seen),
          ownNacks.stream()
              .filter(entry -> seen != 0 && entry.sequence() > seen)
              .map(NumberedNack::nack)
              .toList());
    } finally {
      lock.unlock();
    }
  }

  /** What came of {@link #forget}. */
  public enum Forgetting {
    DONE,
    STILL_CONNECTED,
    NOT_KNOWN
  }

  /** Forgets an unknown proxy at all replicas, as if it had said goodbye. */
  public Forgetting forget(String nodeId) {
    List<Forgetting> outcome = new ArrayList<>();
    change(() -> {
      Optional<ProxyStatus> known = proxy(nodeId);
      if (known.isEmpty()) {
        outcome.add(Forgetting.NOT_KNOWN);
        return Set.of();
      }
      if (known.get().presence().connected()) {
        outcome.add(Forgetting.STILL_CONNECTED);
        return Set.of();
      }
      outcome.add(Forgetting.DONE);
      return departed(nodeId);
    });
    return outcome.getFirst();
  }

  /**
   * Forgets proxies that are unknown for {@link #FORGET_AFTER}; to be called now and then. Each
   * replica does so by itself: a proxy that left this one long ago may have been lost elsewhere
   * just now.
   */
  public void forgetOld() {
    Instant limit = clock.instant().minus(FORGET_AFTER);
    change(() -> {
      remote.values().forEach(replica -> replica.forgetBefore(limit));
      Set<String> gone = new HashSet<>();
      local.forEach((node, proxy) -> {
        Instant since = proxy.presence().unknownSince();
        if (since != null && since.isBefore(limit)) {
          gone.add(node);
        }
      });
      gone.forEach(local::remove);
      return gone;
    });
  }

  /** What changed up to {@code sequence}. */
  record Changes(
      long sequence, List<ProxyStatus> proxies, List<String> forgotten, List<Nack> nacks) {}

  private record NumberedNack(long sequence, Nack nack) {}

  private static ProxyStatus newer(ProxyStatus a, ProxyStatus b) {
    Comparator<ProxyStatus> order =
        Comparator.<ProxyStatus, Boolean>comparing(status -> status.presence().connected())
            .thenComparing(status -> status.presence().connectedAt())
            .thenComparing(status -> status.presence().lastSeen());
    return order.compare(a, b) >= 0 ? a : b;
  }

  private VersionMark mark(String version, long revision) {
    return new VersionMark(version, revision, clock.instant());
  }

  private void onStream(String stream, Consumer<LocalProxy> action) {
    change(() -> {
      LocalProxy proxy = local.get(streams.getOrDefault(stream, ""));
      if (proxy == null) {
        return Set.of();
      }
      proxy.seen(clock.instant());
      action.accept(proxy);
      return touched(proxy);
    });
  }

  private Set<String> touched(LocalProxy proxy) {
    proxy.changed = ++sequence;
    return Set.of(proxy.identity().nodeId());
  }

  private void remember(Nack nack) {
    lock.lock();
    try {
      nacks.addFirst(nack);
      while (nacks.size() > MAX_NACKS) {
        nacks.removeLast();
      }
    } finally {
      lock.unlock();
    }
    listeners.forEach(listener -> listener.nacked(nack));
  }

  private static void trim(Deque<NumberedNack> queue) {
    while (queue.size() > MAX_NACKS) {
      queue.removeFirst();
    }
  }

  private void change(java.util.function.Supplier<Set<String>> action) {
    Set<String> changed;
    lock.lock();
    try {
      changed = action.get();
    } finally {
      lock.unlock();
    }
    if (!changed.isEmpty()) {
      listeners.forEach(listener -> listener.proxiesChanged(changed));
    }
  }
}
