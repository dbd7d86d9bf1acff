package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What another replica told of its proxies. When it is lost its proxies are unknown from that
 * moment and stay so until they show up somewhere. Guarded by the lock of {@link Fleet}.
 */
final class RemoteReplica {
  private final String id;
  private String address;
  private boolean connected;
  private @Nullable Instant lastSeen;
  private GroupView.Published published = GroupView.Published.NOTHING;
  private final Map<String, ProxyStatus> proxies = new TreeMap<>();

  RemoteReplica(String id, String address) {
    this.id = id;
    this.address = address;
  }

  void address(String newAddress) {
    address = newAddress;
  }

  boolean connected() {
    return connected;
  }

  GroupView.Published published() {
    return published;
  }

  Collection<ProxyStatus> proxies() {
    return proxies.values();
  }

  ReplicaStatus status() {
    return new ReplicaStatus(id, address, false, connected, lastSeen, published);
  }

  /** Takes an update over and returns the node ids that it changes. */
  Set<String> update(ReplicaUpdateView update, Instant now) {
    connected = true;
    lastSeen = now;
    Set<String> changed = new HashSet<>();
    if (!published.equals(update.published())) {
      published = update.published();
      changed.addAll(proxies.keySet());
    }
    if (update.complete()) {
      // A replica that restarted knows nothing of proxies that have not come back: they stay
      // unknown.
      proxies.replaceAll((node, status) -> status.lost(now));
      changed.addAll(proxies.keySet());
    }
    for (ProxyStatus status : update.proxies()) {
      proxies.put(status.identity().nodeId(), status);
      changed.add(status.identity().nodeId());
    }
    for (String node : update.forgotten()) {
      proxies.remove(node);
      changed.add(node);
    }
    return changed;
  }

  /** Marks it lost and returns the node ids that are unknown now. */
  Set<String> lost(Instant now) {
    if (!connected) {
      return Set.of();
    }
    connected = false;
    proxies.replaceAll((node, status) -> status.lost(now));
    return Set.copyOf(proxies.keySet());
  }

  /** Forgets a proxy unless it is connected there; true when that changed anything. */
  boolean forget(String node) {
    ProxyStatus status = proxies.get(node);
    return status != null && !status.presence().connected() && proxies.remove(node, status);
  }

  /** Forgets proxies that are unknown since before {@code limit}. */
  void forgetBefore(Instant limit) {
    proxies
        .values()
        .removeIf(status -> {
          Instant since = status.presence().unknownSince();
          return since != null && since.isBefore(limit);
        });
  }
}
