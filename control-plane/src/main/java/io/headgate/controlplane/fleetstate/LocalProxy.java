package io.headgate.controlplane.fleetstate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One proxy that is or was connected to this replica. Guarded by the lock of {@link Fleet}.
 *
 * <pre>
 *   (first stream) ──▶ connected ──last stream ends──▶ unknown ──an hour──▶ forgotten
 *                        ▲   │                             │                    ▲
 *                        └───│──────────a stream───────────┘                    │
 *                            └───last stream ends after a goodbye───────────────┘
 * </pre>
 */
final class LocalProxy {
  /** Clients of this name have a status stream: without a report nothing is known to serve. */
  static final String OWN_CLIENT = "headgate";

  private ProxyIdentity identity;
  private Presence presence;
  private final Set<String> streams = new HashSet<>();
  private final Map<String, LocalType> types = new TreeMap<>();
  private @Nullable SelfReport report;

  /** The status stream whose reports count, the newest; empty when there is none. */
  private String reporter = "";

  private Map<String, Map<String, ResourceReport>> reported = Map.of();
  private @Nullable ProxyStatus kept;
  private boolean leaving;

  /** The sequence of the newest change, for {@link Fleet#changesSince}. */
  long changed;

  LocalProxy(ProxyIdentity identity, Instant now) {
    this.identity = identity;
    this.presence = new Presence(now, now, null);
  }

  Presence presence() {
    return presence;
  }

  ProxyIdentity identity() {
    return identity;
  }

  void connected(String stream, ProxyIdentity newest, Instant now) {
    if (streams.isEmpty()) {
      types.clear();
      kept = null;
    }
    streams.add(stream);
    identity = newest;
    Instant since = presence.connected() ? presence.connectedAt() : now;
    presence = new Presence(since, now, null);
  }

  /**
   * Whether the discovery stream that ended last was ended by a goodbye, and none came since. The
   * status stream has no say: it ends after discovery or before, and by breaking.
   */
  void leaving(boolean goodbye) {
    leaving = goodbye;
  }

  boolean leaving() {
    return leaving;
  }

  /** True when that was the last stream. */
  boolean disconnected(String stream, Instant now) {
    streams.remove(stream);
    if (streams.isEmpty()) {
      presence = presence.lost(now);
      return true;
    }
    return false;
  }

  LocalType type(String typeUrl) {
    return types.computeIfAbsent(typeUrl, LocalType::new);
  }

  void seen(Instant now) {
    if (presence.connected()) {
      presence = new Presence(presence.connectedAt(), now, null);
    }
  }

  /** A status stream began: of a process and its successor the successor speaks. */
  void reportsBegin(String stream) {
    reporter = stream;
  }

  boolean reportsOn(String stream) {
    return reporter.equals(stream);
  }

  void reported(String stream, SelfReport own, Map<String, Map<String, ResourceReport>> resources) {
    if (reporter.isEmpty()) {
      reporter = stream; // the successor is gone, the process before goes on
    } else if (!reporter.equals(stream)) {
      return;
    }
    report = own;
    reported = resources;
    resources.keySet().forEach(this::type);
  }

  void reportEnded() {
    reporter = "";
    report = null;
    reported = Map.of();
  }

  /** Keeps the last judgement: once it is gone nobody knows what its group would have. */
  void keep(String replica, GroupView groups) {
    boolean judged = report != null || !identity.client().equals(OWN_CLIENT);
    if (presence.connected() && judged) {
      kept = status(replica, groups);
    }
  }

  ProxyStatus status(String replica, GroupView groups) {
    ProxyStatus last = kept;
    if (!presence.connected() && last != null) {
      return new ProxyStatus(identity, replica, presence, last.report(), last.types());
    }
    List<TypeState> states = new ArrayList<>();
    types.forEach((url, type) -> {
      Expected group = groups.expected(identity, url);
      if (report != null) {
        states.add(type.byReport(group, reported.getOrDefault(url, Map.of())));
      } else if (identity.client().equals(OWN_CLIENT)) {
        states.add(type.unreported(group));
      } else {
        states.add(type.byAck(group));
      }
    });
    return new ProxyStatus(identity, replica, presence, report, states);
  }
}
