package io.headgate.controlplane.store;

/** What must hold for a transaction to be applied. */
public sealed interface Condition {
  /** Relative to the prefix. */
  String key();

  /** The key's newest value was written by this revision; 0 means that there is no such key. */
  record Unchanged(String key, long modRevision) implements Condition {}

  /** The key was made by this revision and has not been deleted since: the fence of an election. */
  record CreatedBy(String key, long createRevision) implements Condition {}

  /** The key exists. */
  record Present(String key) implements Condition {}
}
