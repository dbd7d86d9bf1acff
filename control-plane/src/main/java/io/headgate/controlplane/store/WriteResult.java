package io.headgate.controlplane.store;

/** What became of a transaction. */
public sealed interface WriteResult {
  /** Applied as one step at this revision. */
  record Written(long revision) implements WriteResult {}

  /**
   * Nothing was written because a condition did not hold.
   *
   * @param currentRevision the newest value's revision of the first condition's key, 0 when there
   *     is none
   */
  record Conflict(long currentRevision) implements WriteResult {}

  /** Etcd did not say that it wrote; after a lost answer it may have. */
  record Unavailable(String reason) implements WriteResult {}
}
