package io.headgate.controlplane.store;

/** One event of the watch. */
public sealed interface Change {
  /** Relative to the prefix. */
  String key();

  /** The revision that made the change. */
  long revision();

  /** The key has a new value. */
  record Put(StoredValue value) implements Change {
    @Override
    public String key() {
      return value.key();
    }

    @Override
    public long revision() {
      return value.modRevision();
    }
  }

  /** The key is gone, deleted or expired: the event does not say which. */
  record Delete(String key, long revision) implements Change {}
}
