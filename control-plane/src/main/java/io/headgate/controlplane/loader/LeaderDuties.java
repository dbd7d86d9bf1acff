package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.Condition;
import io.headgate.controlplane.store.Election;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What replicas write by themselves: the leader accepts good values that were written past the API
 * and ends holds; any replica may write a hold that all of them need.
 *
 * <p>Thread: asked on the loader's; writes on one of its own. Everything the leader writes is
 * fenced by the leader key.
 */
final class LeaderDuties {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderDuties.class);

  private final Election election;
  private final Supplier<Optional<EtcdConnection>> connections;
  private final AuditLog audit;
  private final ExecutorService thread;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  LeaderDuties(
      Election election,
      Supplier<Optional<EtcdConnection>> connections,
      AuditLog audit,
      ExecutorService thread) {
    this.election = election;
    this.connections = connections;
    this.audit = audit;
    this.thread = thread;
  }

  /** Accepts what waits, when this replica leads. */
  void accept(Collection<ObjectAssembler.Acceptable> waiting, Keyspace keys) {
    if (waiting.isEmpty() || !election.isLeader()) {
      return;
    }
    for (ObjectAssembler.Acceptable one : waiting) {
      String name =
          "accept " + one.key() + "@" + one.asked().map(StoredValue::modRevision).orElse(0L);
      Optional<StoredValue> before = keys.get(ObjectAssembler.accepted(one.key()));
      once(name, connection -> accept(connection, one, before));
    }
  }

  /** Ends holds on expired hosts: enough of them live again. */
  void endHold(ObjectKey service, StoredValue hold) {
    if (election.isLeader()) {
      once(
          "end " + hold.key(),
          connection ->
              fenced(
                  connection,
                  List.of(new Condition.Unchanged(hold.key(), hold.modRevision())),
                  List.of(Write.delete(hold.key())),
                  "ended hold on " + service));
    }
  }

  /** Deletes a key whose value has nothing more to say, when this replica leads. */
  void tidy(StoredValue value, String why) {
    if (election.isLeader()) {
      once(
          "tidy " + value.key(),
          connection ->
              fenced(
                  connection,
                  List.of(new Condition.Unchanged(value.key(), value.modRevision())),
                  List.of(Write.delete(value.key())),
                  why));
    }
  }

  /** Writes a hold on expired hosts for all replicas. */
  void writeHold(String key, ExpiryHold hold, long presentRevision) {
    once(
        "hold " + key,
        connection -> {
          WriteResult result =
              connection.commit(
                  List.of(new Condition.Unchanged(key, presentRevision)),
                  List.of(Write.put(key, hold.encode())));
          LOG.error("hold key={} reason=\"{}\" result={}", key, hold.reason(), result);
        });
  }

  /** Remembers the last good value of a host or an override for as long as the broken one lives. */
  void remember(StoredValue broken, StoredValue good) {
    String key = HostAssembler.LAST_GOOD + broken.key();
    once(
        "remember " + key,
        connection -> {
          var _ =
              connection.commit(
                  List.of(
                      new Condition.Unchanged(key, 0),
                      new Condition.Unchanged(broken.key(), broken.modRevision())),
                  List.of(Write.put(key, good.value(), broken.lease())));
        });
  }

  private void accept(
      EtcdConnection connection,
      ObjectAssembler.Acceptable one,
      Optional<StoredValue> acceptedBefore) {
    ObjectKey key = one.key();
    Optional<AcceptedDocument> before =
        acceptedBefore.flatMap(value -> AcceptedDocument.parse(value.value()));
    List<Condition> conditions = new ArrayList<>();
    conditions.add(
        new Condition.Unchanged(
            ObjectAssembler.asked(key), one.asked().map(StoredValue::modRevision).orElse(0L)));
    conditions.add(new Condition.Unchanged(ObjectAssembler.accepted(key), one.acceptedRevision()));
    List<Write> writes = new ArrayList<>();
    String author;
    if (one.asked().isPresent()) {
      author = one.author();
      writes.add(
          Write.put(
              ObjectAssembler.accepted(key),
              AcceptedDocument.of(author, one.asked().get().value()).encode()));
    } else {
      author = "unknown";
      writes.add(Write.delete(ObjectAssembler.accepted(key)));
    }
    AuditLog.Change change =
        new AuditLog.Change(
            before.map(AcceptedDocument::hash).orElse(null),
            one.asked().map(value -> Digest.of(value.value())).orElse(null));
    writes.add(
        audit.entry(
            AuditEntry.Action.ACCEPT,
            author,
            "written past the API",
            ObjectAssembler.asked(key),
            change));
    if (key.kind() != Kind.SECRET) {
      before.ifPresent(
          document -> writes.add(Write.put(AuditLog.VALUES + document.hash(), document.json())));
    }
    fenced(connection, conditions, writes, "accepted " + key + " author=" + author);
  }

  private void fenced(
      EtcdConnection connection, List<Condition> conditions, List<Write> writes, String what) {
    Optional<Condition> fence = election.fence();
    if (fence.isEmpty()) {
      return;
    }
    List<Condition> all = new ArrayList<>(conditions);
    all.add(fence.get());
    switch (connection.commit(all, writes)) {
      case WriteResult.Written(long revision) -> LOG.info("{} revision={}", what, revision);
      case WriteResult.Conflict _ -> LOG.debug("not {}: someone else wrote", what);
      case WriteResult.Unavailable(String reason) -> LOG.warn("not {}: {}", what, reason);
    }
  }

  private interface Duty {
    void over(EtcdConnection connection);
  }

  private void once(String name, Duty duty) {
    if (!underWay.add(name)) {
      return;
    }
    try {
      thread.execute(() -> {
        try {
          connections.get().ifPresent(duty::over);
        } catch (RuntimeException e) {
          LOG.error("duty failed name=\"{}\"", name, e);
        } finally {
          underWay.remove(name);
        }
      });
    } catch (RejectedExecutionException e) {
      underWay.remove(name);
    }
  }
}
