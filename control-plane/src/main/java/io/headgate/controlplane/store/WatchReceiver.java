package io.headgate.controlplane.store;

import java.util.List;
import java.util.Optional;

/**
 * Who is told what etcd holds.
 *
 * <p>Thread: the watch's loop. Order: one {@link #listed}, then any number of {@link #changed};
 * {@link #listed} again after history was lost, and then holds everything.
 */
public interface WatchReceiver {
  /** What is in force now, from etcd or from disk; empty for a replica that knows nothing. */
  Optional<Position> position();

  /** Everything that etcd holds at one revision; what is missing is gone. */
  void listed(String incarnation, Listing listing);

  /** What changed up to a revision, in order; empty when only the revision moved on. */
  void changed(long revision, List<Change> changes);

  /** The state changed. */
  void stateChanged(StoreState state);

  /** A point in the history of one etcd. */
  record Position(String incarnation, long revision) {}
}
