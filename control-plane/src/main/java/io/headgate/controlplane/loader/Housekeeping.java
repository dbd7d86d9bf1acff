package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.Condition;
import io.headgate.controlplane.store.Election;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps etcd small: forgets old audit entries with the values that only they name, canaries of
 * replicas that are gone, and history that no watch needs.
 *
 * <p>Thread: one that may block; does nothing on a replica that does not lead.
 */
final class Housekeeping {
  static final int MAX_ENTRIES_PER_OBJECT = 1_000;
  static final Duration MAX_AGE = Duration.ofDays(90);

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final int DELETES_PER_TRANSACTION = 100;
  private static final String CANARIES = "control-planes/canary/";

  private final Election election;
  private final Supplier<Optional<EtcdConnection>> connections;
  private final Clock clock;
  private final int entriesPerObject;
  private long compactNext;

  Housekeeping(
      Election election,
      Supplier<Optional<EtcdConnection>> connections,
      Clock clock,
      int entriesPerObject) {
    this.election = election;
    this.connections = connections;
    this.clock = clock;
    this.entriesPerObject = entriesPerObject;
  }

  /**
   * One round. Compacts up to where etcd stood one round ago, so a watch may be away that long
   * without a new listing.
   */
  void run() {
    Optional<EtcdConnection> connection = connections.get();
    if (connection.isEmpty() || !election.isLeader()) {
      compactNext = 0;
      return;
    }
    try {
      prune(connection.get());
      long now = connection.get().read(Election.KEY).revision();
      if (compactNext > 0) {
        connection.get().compact(compactNext);
        LOG.info("compacted revision={}", compactNext);
      }
      compactNext = now;
    } catch (StoreUnavailableException e) {
      LOG.warn("housekeeping put off: {}", e.getMessage());
    } catch (RuntimeException e) {
      // Thrown further it would end all rounds to come.
      LOG.error("housekeeping failed", e);
    }
  }

  private void prune(EtcdConnection connection) throws StoreUnavailableException {
    List<StoredValue> entries = connection.list(List.of(AuditLog.PREFIX)).values();
    Instant oldest = clock.instant().minus(MAX_AGE);
    Map<String, Integer> counts = new HashMap<>();
    Set<String> named = new HashSet<>();
    List<String> gone = new ArrayList<>();
    for (StoredValue value : entries.reversed()) {
      Optional<AuditEntry> entry = AuditEntry.parse("", value.modRevision(), value.value());
      boolean keep =
          entry.isPresent()
              && entry.get().by().at().isAfter(oldest)
              && counts.merge(entry.get().key(), 1, Integer::sum) <= entriesPerObject;
      if (!keep) {
        gone.add(value.key());
      } else {
        Optional.ofNullable(entry.get().before()).ifPresent(named::add);
        Optional.ofNullable(entry.get().after()).ifPresent(named::add);
      }
    }
    if (!gone.isEmpty()) {
      for (StoredValue value : connection.list(List.of(AuditLog.VALUES)).values()) {
        if (!named.contains(value.key().substring(AuditLog.VALUES.length()))) {
          gone.add(value.key());
        }
      }
    }
    Set<String> members = new HashSet<>();
    for (StoredValue value : connection.list(List.of(Member.PREFIX, CANARIES)).values()) {
      if (value.key().startsWith(Member.PREFIX)) {
        members.add(value.key().substring(Member.PREFIX.length()));
      } else if (!members.contains(value.key().substring(CANARIES.length()))) {
        gone.add(value.key());
      }
    }
    delete(connection, gone);
  }

  private void delete(EtcdConnection connection, List<String> keys)
      throws StoreUnavailableException {
    for (int from = 0; from < keys.size(); from += DELETES_PER_TRANSACTION) {
      Optional<Condition> fence = election.fence();
      if (fence.isEmpty()) {
        return;
      }
      List<Write> deletes =
          keys.subList(from, Math.min(keys.size(), from + DELETES_PER_TRANSACTION)).stream()
              .map(Write::delete)
              .toList();
      WriteResult result = connection.commit(List.of(fence.get()), deletes);
      LOG.info("pruned keys={} result={}", deletes.size(), result);
    }
  }
}
