package io.headgate.controlplane.store;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes at most one replica at a time the leader: the one whose lease holds the leader key.
 *
 * <p>Being leader is only a hint: what a leader writes is fenced by {@link #fence}, so a leader
 * that lost its lease without noticing writes nothing.
 *
 * <p>Thread: {@link #campaign} on the lease keeper's; the rest any.
 */
public final class Election {
  public static final String KEY = "control-planes/leader";

  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private final String replicaId;
  private final LeaseKeeper keeper;
  private final Supplier<Optional<EtcdConnection>> connections;
  private final BooleanSupplier eligible;
  private volatile @Nullable Term term;

  /**
   * One time of being leader: valid while this lease lives and the key was made by this revision.
   */
  private record Term(long lease, long createRevision) {}

  /**
   * @param eligible whether this replica may lead now; one that may not gives the key back
   */
  public Election(
      String replicaId,
      LeaseKeeper keeper,
      Supplier<Optional<EtcdConnection>> connections,
      BooleanSupplier eligible) {
    this.replicaId = replicaId;
    this.keeper = keeper;
    this.connections = connections;
    this.eligible = eligible;
    keeper.afterRenewal(this::campaign);
  }

  /** What a write of the leader must be conditioned on; empty when this replica does not lead. */
  public Optional<Condition> fence() {
    Term current = term;
    return current != null && current.lease == keeper.lease()
        ? Optional.of(new Condition.CreatedBy(KEY, current.createRevision))
        : Optional.empty();
  }

  public boolean isLeader() {
    return fence().isPresent();
  }

  private void campaign() {
    Optional<EtcdConnection> connection = connections.get();
    long lease = keeper.lease();
    if (connection.isEmpty() || lease == 0) {
      return;
    }
    try {
      Optional<StoredValue> present = connection.get().get(KEY);
      if (!eligible.getAsBoolean()) {
        resign(connection.get(), present, lease);
      } else if (present.isEmpty()) {
        WriteResult result =
            connection
                .get()
                .commit(
                    List.of(new Condition.Unchanged(KEY, 0)),
                    List.of(Write.put(KEY, replicaId, lease)));
        if (result instanceof WriteResult.Written(long revision)) {
          LOG.info("election leader={} revision={}", replicaId, revision);
          term = new Term(lease, revision);
        }
      } else if (present.get().lease() == lease) {
        term = new Term(lease, present.get().createRevision());
      } else {
        term = null;
      }
    } catch (StoreUnavailableException e) {
      LOG.debug("no election: {}", e.getMessage());
    }
  }

  private void resign(EtcdConnection connection, Optional<StoredValue> present, long lease) {
    term = null;
    if (present.isPresent() && present.get().lease() == lease) {
      connection.commit(
          List.of(new Condition.CreatedBy(KEY, present.get().createRevision())),
          List.of(Write.delete(KEY)));
    }
  }
}
