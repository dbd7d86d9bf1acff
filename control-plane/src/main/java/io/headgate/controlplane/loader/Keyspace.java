package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.StoredValue;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What etcd holds, key by key, as far as it bears on images.
 *
 * <p>Thread: written by the loader's alone; may be read by any, which then sees single keys whole
 * but not one revision.
 */
final class Keyspace {
  /** First parts of the keys that bear on images; the rest (audit, previous values) is not kept. */
  private static final List<String> PARTS =
      List.of(
          "incarnation",
          "config",
          "accepted",
          "hosts",
          "overrides",
          "weights",
          "holds",
          "control-planes");

  private final NavigableMap<String, StoredValue> values = new ConcurrentSkipListMap<>();

  static boolean isKept(String key) {
    int slash = key.indexOf('/');
    return PARTS.contains(slash < 0 ? key : key.substring(0, slash));
  }

  /** Whether a key bears on an image, and not only on who the control planes are. */
  static boolean isConfig(String key) {
    return isKept(key) && !key.startsWith("control-planes/") && !key.equals("incarnation");
  }

  Optional<StoredValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** All under a prefix, sorted. */
  Collection<StoredValue> under(String prefix) {
    return values.subMap(prefix, true, prefix + Character.MAX_VALUE, false).values();
  }

  Collection<StoredValue> all() {
    return values.values();
  }

  /** Returns the value before. */
  Optional<StoredValue> put(StoredValue value) {
    return Optional.ofNullable(values.put(value.key(), value));
  }

  /** Returns the value before. */
  Optional<StoredValue> remove(String key) {
    return Optional.ofNullable(values.remove(key));
  }

  /** Takes over a whole listing and gives the keys that differ with their values before. */
  NavigableMap<String, Optional<StoredValue>> replace(List<StoredValue> listing) {
    NavigableMap<String, Optional<StoredValue>> changed = new TreeMap<>();
    Set<String> gone = new TreeSet<>(values.keySet());
    for (StoredValue value : listing) {
      gone.remove(value.key());
      StoredValue before = values.put(value.key(), value);
      if (!value.equals(before)) {
        changed.put(value.key(), Optional.ofNullable(before));
      }
    }
    for (String key : gone) {
      changed.put(key, Optional.ofNullable(values.remove(key)));
    }
    return changed;
  }
}
