package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the judgement of the {@link ExpiryGuard} into force: here at once, for all replicas by a
 * hold key, and ends it when it may end.
 *
 * <p>Thread: the loader's.
 */
final class ExpiryDuty {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryDuty.class);
  private static final String HOLDS = "holds/hosts/";

  private final String replicaId;
  private final Keyspace keys;
  private final HostAssembler hosts;
  private final ExpiryGuard guard;
  private final LeaderDuties duties;
  private final Supplier<Optional<EtcdConnection>> connections;

  ExpiryDuty(
      String replicaId,
      Keyspace keys,
      HostAssembler hosts,
      ExpiryGuard guard,
      LeaderDuties duties,
      Supplier<Optional<EtcdConnection>> connections) {
    this.replicaId = replicaId;
    this.keys = keys;
    this.hosts = hosts;
    this.guard = guard;
    this.duties = duties;
    this.connections = connections;
  }

  /** Whether another control plane is registered, which saw what this one missed. */
  boolean othersWatch() {
    return keys.under(Member.PREFIX).stream()
        .anyMatch(value -> !value.key().equals(Member.PREFIX + replicaId));
  }

  /** Judges hosts whose keys are gone, given their values before. */
  void judge(Map<String, StoredValue> deleted, ConfigImage image, Instant now) {
    for (String key : deleted.keySet()) {
      service(key).ifPresent(guard::ended);
    }
    guard
        .judge(deleted, image, this::isGone, now)
        .forEach((service, hold) -> {
          hosts.holdLocally(service, hold);
          write(service, hold);
        });
  }

  /** Writes what is not written yet; ends what may end. */
  void tend() {
    hosts.localHolds().forEach(this::write);
    for (StoredValue value : keys.under(HOLDS)) {
      Optional<ObjectKey> service = service(value.key());
      Optional<ExpiryHold> hold = ExpiryHold.parse(value.value());
      if (service.isPresent() && (hold.isEmpty() || guard.mayEnd(service.get(), hold.get()))) {
        duties.endHold(service.get(), value);
      }
    }
  }

  private void write(ObjectKey service, ExpiryHold hold) {
    String key = ExpiryHold.key(service.namespace(), service.name());
    duties.writeHold(key, hold, keys.get(key).map(StoredValue::modRevision).orElse(0L));
  }

  private boolean isGone(long lease) {
    Optional<EtcdConnection> connection = connections.get();
    if (connection.isEmpty()) {
      return true;
    }
    try {
      return !connection.get().isAlive(lease);
    } catch (StoreUnavailableException e) {
      LOG.warn("lease {} counts as gone: {}", Long.toHexString(lease), e.getMessage());
      return true;
    }
  }

  private static Optional<ObjectKey> service(String key) {
    if (!key.startsWith(HOLDS)) {
      return Optional.empty();
    }
    String[] parts = key.substring(HOLDS.length()).split("/", -1);
    return parts.length == 2
        ? Optional.of(new ObjectKey(Kind.SERVICE, parts[0], parts[1]))
        : Optional.empty();
  }
}
