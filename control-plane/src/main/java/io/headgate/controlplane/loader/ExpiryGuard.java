package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * Tells hosts that left from hosts that merely stopped renewing, and holds the removal when too
 * many of one service stop together: more often than not it is then the network or etcd that is
 * broken, not the hosts.
 *
 * <p>A host expired when its key hung on a lease and the lease is gone. Keys without a lease, keys
 * whose lease lives on and hosts that were draining are explicit deletes and pass.
 *
 * <p>Thread: the loader's.
 */
final class ExpiryGuard {
  static final Duration WINDOW = Duration.ofSeconds(10);

  private final Keyspace keys;
  private final HostAssembler hosts;
  private final LongSupplier nanos;
  private final Map<ObjectKey, Deque<Expired>> recent = new HashMap<>();

  private record Expired(long atNanos, String instance, String text) {}

  ExpiryGuard(Keyspace keys, HostAssembler hosts, LongSupplier nanos) {
    this.keys = keys;
    this.hosts = hosts;
    this.nanos = nanos;
  }

  /**
   * The holds that deletions call for, given that the keys are gone from the keyspace already.
   *
   * @param deleted values before, by key; other keys than those of hosts are passed over
   * @param leaseIsGone asks etcd
   */
  Map<ObjectKey, ExpiryHold> judge(
      Map<String, StoredValue> deleted, ConfigImage image, LongPredicate leaseIsGone, Instant now) {
    Map<ObjectKey, ExpiryHold> holds = new HashMap<>();
    Map<Long, Boolean> asked = new HashMap<>();
    deleted.forEach((key, value) -> {
      if (FleetKey.parse(key).orElse(null) instanceof FleetKey.OfHost(HostKey host)
          && value.lease() != 0
          && !drained(host, value, image)
          && asked.computeIfAbsent(value.lease(), leaseIsGone::test)) {
        note(host, value);
        decide(host.serviceKey(), now).ifPresent(hold -> holds.put(host.serviceKey(), hold));
      }
    });
    return holds;
  }

  /** Whether so many hosts of a held service live again that the hold may end. */
  boolean mayEnd(ObjectKey service, ExpiryHold hold) {
    return hold.isOver(living(service));
  }

  /** The hold ended: what expired then counts no more. */
  void ended(ObjectKey service) {
    recent.remove(service);
  }

  private boolean drained(HostKey key, StoredValue value, ConfigImage image) {
    ImageHost known = image.hosts(key.serviceKey()).hosts().get(key.instance());
    boolean byOperator = known != null && known.draining();
    return byOperator
        || (hosts.read(key, value) instanceof Checked.Valid<Host>(Host host)
            && host.details().draining());
  }

  private void note(HostKey host, StoredValue value) {
    recent
        .computeIfAbsent(host.serviceKey(), service -> new ArrayDeque<>())
        .add(new Expired(nanos.getAsLong(), host.instance(), value.value()));
  }

  private Optional<ExpiryHold> decide(ObjectKey service, Instant now) {
    SortedMap<String, String> expired = new TreeMap<>();
    long oldest = nanos.getAsLong() - WINDOW.toNanos();
    for (Deque<Expired> window : recent.values()) {
      window.removeIf(entry -> entry.atNanos - oldest < 0);
    }
    recent.values().removeIf(Deque::isEmpty);
    for (Expired entry : recent.getOrDefault(service, new ArrayDeque<>())) {
      if (keys.get(key(service, entry.instance)).isEmpty()) {
        expired.put(entry.instance, entry.text);
      }
    }
    int living = living(service);
    Optional<ExpiryHold> present = hosts.expiryHold(service);
    int size = living + expired.size();
    if (present.isPresent()) {
      return Optional.of(present.get().joined(new ExpiryHold(now, size, expired)));
    }
    return expired.size() > ExpiryHold.allowed(size) || living == 0
        ? Optional.of(new ExpiryHold(now, size, expired))
        : Optional.empty();
  }

  private int living(ObjectKey service) {
    return keys.under("hosts/" + service.namespace() + "/" + service.name() + "/").size();
  }

  private static String key(ObjectKey service, String instance) {
    return "hosts/" + service.namespace() + "/" + service.name() + "/" + instance;
  }
}
