package io.headgate.fleet;

import java.util.Optional;

/**
 * The layout of the etcd keys under a configurable prefix.
 *
 * <p>The prefix is kept without a slash at its end; every key is the prefix, a slash and a path.
 */
public record FleetKeys(String prefix) {
  public static final String DEFAULT_PREFIX = "/headgate/v1";

  public FleetKeys {
    while (prefix.endsWith("/")) {
      prefix = prefix.substring(0, prefix.length() - 1);
    }
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("the key prefix must not be empty");
    }
  }

  /** The layout under {@value #DEFAULT_PREFIX}. */
  public static FleetKeys standard() {
    return new FleetKeys(DEFAULT_PREFIX);
  }

  /** The prefix of every key, with a slash: what is listed and watched. */
  public String all() {
    return prefix + "/";
  }

  /** The etcd key of a parsed one. */
  public String format(FleetKey key) {
    return prefix + "/" + key.path();
  }

  /**
   * The key where an object was asked for: {@code config/…}, {@code hosts/…} or {@code
   * overrides/…}.
   */
  public String object(ObjectKey key) {
    return format(FleetKey.of(key));
  }

  /** The key of the last accepted value of an object. */
  public String accepted(ObjectKey key) {
    return format(new FleetKey.Accepted(key));
  }

  /** The prefix of all hosts of a service, with a slash. */
  public String hostsOf(String namespace, String service) {
    return prefix + "/hosts/" + namespace + "/" + service + "/";
  }

  /** What an etcd key means; empty for one that is not ours or has no known shape. */
  public Optional<FleetKey> parse(String key) {
    return key.startsWith(all()) ? FleetKey.parse(key.substring(all().length())) : Optional.empty();
  }
}
