package io.headgate.fleet;

import java.util.Comparator;

/**
 * The identity of a fleet object. The name of a {@link Kind#HOST} or {@link Kind#OVERRIDE} is
 * {@code service/instance}; no other name has a slash.
 */
public record ObjectKey(Kind kind, String namespace, String name) implements Comparable<ObjectKey> {
  /** The namespace of an object that names none. */
  public static final String DEFAULT_NAMESPACE = "default";

  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::kind)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  public ObjectKey {
    if (namespace.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("namespace and name must not be empty");
    }
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code kind/namespace/name}, as in etcd keys and in messages. */
  @Override
  public String toString() {
    return kind.keyName() + "/" + namespace + "/" + name;
  }
}
