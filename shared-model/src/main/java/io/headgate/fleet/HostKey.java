package io.headgate.fleet;

import java.util.Comparator;

/**
 * The identity of one host of a service. {@code instance} is chosen by whoever registers the host.
 */
public record HostKey(String namespace, String service, String instance)
    implements Comparable<HostKey> {
  private static final Comparator<HostKey> ORDER =
      Comparator.comparing(HostKey::namespace)
          .thenComparing(HostKey::service)
          .thenComparing(HostKey::instance);

  public HostKey {
    if (namespace.isEmpty() || service.isEmpty() || instance.isEmpty()) {
      throw new IllegalArgumentException("namespace, service and instance must not be empty");
    }
  }

  /** The host of an object key of kind host or override. */
  public static HostKey of(ObjectKey key) {
    int slash = key.name().indexOf('/');
    if (slash <= 0) {
      throw new IllegalArgumentException(key + " does not name a host");
    }
    return new HostKey(
        key.namespace(), key.name().substring(0, slash), key.name().substring(slash + 1));
  }

  /** The service that the host belongs to. */
  public ObjectKey serviceKey() {
    return new ObjectKey(Kind.SERVICE, namespace, service);
  }

  /** The key of the host itself. */
  public ObjectKey hostKey() {
    return new ObjectKey(Kind.HOST, namespace, service + "/" + instance);
  }

  /** The key of the override for the host. */
  public ObjectKey overrideKey() {
    return new ObjectKey(Kind.OVERRIDE, namespace, service + "/" + instance);
  }

  @Override
  public int compareTo(HostKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + service + "/" + instance;
  }
}
