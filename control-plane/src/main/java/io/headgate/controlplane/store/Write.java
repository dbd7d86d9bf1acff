package io.headgate.controlplane.store;

/** One operation of a transaction. */
public sealed interface Write {
  /** Relative to the prefix. */
  String key();

  /**
   * Writes a value.
   *
   * @param lease lease to hang the key on, 0 for none
   */
  record Put(String key, String value, long lease) implements Write {}

  /** Removes a key; no error when there is none. */
  record Delete(String key) implements Write {}

  static Write put(String key, String value) {
    return new Put(key, value, 0);
  }

  static Write put(String key, String value, long lease) {
    return new Put(key, value, lease);
  }

  static Write delete(String key) {
    return new Delete(key);
  }
}
