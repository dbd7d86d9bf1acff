package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.Condition;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.FleetWatch;
import io.headgate.controlplane.store.Incarnation;
import io.headgate.controlplane.store.Listing;
import io.headgate.controlplane.store.StoreState;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The two ways out of a hold on all of etcd: write the held image back, or take what etcd has now.
 * Both are audited, and both make a new incarnation as their last step, which is what ends the hold
 * on every replica.
 *
 * <p>Thread: any that may block.
 */
public final class Recovery {
  private static final int WRITES_PER_TRANSACTION = 60;

  /** Characters of values in one transaction: with keys well below the 1.5 MiB that etcd takes. */
  private static final int CHARACTERS_PER_TRANSACTION = 500_000;

  /** Hosts that lived by a lease get this long to renew or register again. */
  private static final Duration HOST_GRACE = Duration.ofSeconds(60);

  private static final List<String> CONTENT =
      List.of("config/", "accepted/", "hosts/", "overrides/", "weights/", "holds/");

  private final Supplier<Optional<EtcdConnection>> connections;
  private final Supplier<StoreState> state;
  private final Keyspace keys;
  private final AuditLog audit;

  Recovery(
      Supplier<Optional<EtcdConnection>> connections,
      Supplier<StoreState> state,
      Keyspace keys,
      AuditLog audit) {
    this.connections = connections;
    this.state = state;
    this.keys = keys;
    this.audit = audit;
  }

  /** What became of a way out. */
  public sealed interface Outcome {
    /** The hold is over with this revision. */
    record Done(long revision) implements Outcome {}

    /** Nothing is held. */
    record NothingHeld() implements Outcome {}

    record Failed(String reason) implements Outcome {}
  }

  /**
   * Makes etcd what the held image says, deleting what is not in it. May be repeated after a
   * failure.
   */
  public Outcome restore(WriteRequest request) {
    return whileHeld((connection, hold) -> {
      Listing present = connection.list(CONTENT);
      Map<String, StoredValue> there =
          present.values().stream()
              .collect(Collectors.toMap(StoredValue::key, Function.identity()));
      List<Write> writes = difference(connection, there);
      for (List<Write> some : batches(writes)) {
        if (connection.commit(List.of(), some) instanceof WriteResult.Unavailable(String reason)) {
          return new Outcome.Failed(reason);
        }
      }
      return finish(
          connection,
          hold,
          audit.entry(
              AuditEntry.Action.RESTORE,
              request.principal(),
              request.reason(),
              "",
              AuditLog.Change.NONE));
    });
  }

  /** Takes what etcd has now in place of the held image. */
  public Outcome acceptEtcd(WriteRequest request) {
    return whileHeld((connection, hold) ->
        finish(
            connection,
            hold,
            audit.entry(
                AuditEntry.Action.ACCEPT_ETCD,
                request.principal(),
                request.reason(),
                "",
                AuditLog.Change.NONE)));
  }

  private List<Write> difference(EtcdConnection connection, Map<String, StoredValue> there)
      throws StoreUnavailableException {
    List<Write> writes = new ArrayList<>();
    Map<String, StoredValue> wanted = new TreeMap<>();
    for (StoredValue value : keys.all()) {
      if (Keyspace.isConfig(value.key()) && !value.key().equals(FleetWatch.HOLD_KEY)) {
        wanted.put(value.key(), value);
      }
    }
    long grace = 0;
    for (StoredValue value : wanted.values()) {
      StoredValue present = there.get(value.key());
      boolean leased = value.lease() != 0;
      if (leased && present != null) {
        // It has registered again by itself and knows better.
        continue;
      }
      if (present == null || !present.value().equals(value.value())) {
        if (leased && grace == 0) {
          grace = connection.grant(HOST_GRACE);
        }
        writes.add(Write.put(value.key(), value.value(), leased ? grace : 0));
      }
    }
    for (StoredValue value : there.values()) {
      boolean registered = value.key().startsWith("hosts/");
      if (!wanted.containsKey(value.key())
          && !registered
          && !value.key().equals(FleetWatch.HOLD_KEY)) {
        writes.add(Write.delete(value.key()));
      }
    }
    return writes;
  }

  private static List<List<Write>> batches(List<Write> writes) {
    List<List<Write>> batches = new ArrayList<>();
    List<Write> current = new ArrayList<>();
    int characters = 0;
    for (Write write : writes) {
      int length = write instanceof Write.Put put ? put.value().length() : 0;
      if (current.size() == WRITES_PER_TRANSACTION
          || (!current.isEmpty() && characters + length > CHARACTERS_PER_TRANSACTION)) {
        batches.add(current);
        current = new ArrayList<>();
        characters = 0;
      }
      current.add(write);
      characters += length;
    }
    if (!current.isEmpty()) {
      batches.add(current);
    }
    return batches;
  }

  private Outcome finish(EtcdConnection connection, StoredValue hold, Write entry)
      throws StoreUnavailableException {
    Set<String> earlier = new LinkedHashSet<>();
    Optional<StoredValue> present = connection.get(Incarnation.KEY);
    for (Optional<StoredValue> one : List.of(keys.get(Incarnation.KEY), present)) {
      one.map(StoredValue::value)
          .flatMap(Incarnation::parse)
          .ifPresent(incarnation -> earlier.addAll(incarnation.lineage()));
    }
    List<Condition> conditions =
        List.of(
            new Condition.Unchanged(FleetWatch.HOLD_KEY, hold.modRevision()),
            new Condition.Unchanged(
                Incarnation.KEY, present.map(StoredValue::modRevision).orElse(0L)));
    List<Write> writes =
        List.of(
            entry,
            Write.put(Incarnation.KEY, Incarnation.after(List.copyOf(earlier)).toJson()),
            Write.delete(FleetWatch.HOLD_KEY));
    return switch (connection.commit(conditions, writes)) {
      case WriteResult.Written(long revision) -> new Outcome.Done(revision);
      case WriteResult.Conflict _ -> new Outcome.Failed("someone else decided at the same time");
      case WriteResult.Unavailable(String reason) -> new Outcome.Failed(reason);
    };
  }

  private interface Way {
    Outcome out(EtcdConnection connection, StoredValue hold) throws StoreUnavailableException;
  }

  private Outcome whileHeld(Way way) {
    if (!(state.get() instanceof StoreState.Held)) {
      return state.get() instanceof StoreState.Connecting away
          ? new Outcome.Failed("etcd does not answer since " + away.since() + ": " + away.reason())
          : new Outcome.NothingHeld();
    }
    Optional<EtcdConnection> connection = connections.get();
    if (connection.isEmpty()) {
      return new Outcome.Failed("etcd does not answer");
    }
    try {
      Optional<StoredValue> hold = connection.get().get(FleetWatch.HOLD_KEY);
      return hold.isPresent()
          ? way.out(connection.get(), hold.get())
          : new Outcome.Failed("the hold is being written; try again");
    } catch (StoreUnavailableException e) {
      return new Outcome.Failed(String.valueOf(e.getMessage()));
    }
  }
}
