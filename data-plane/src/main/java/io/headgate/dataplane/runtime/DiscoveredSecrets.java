package io.headgate.dataplane.runtime;

import io.headgate.xds.model.Secret;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one management server was asked for, and the secrets that came from it.
 *
 * <p>Thread: the config thread.
 */
final class DiscoveredSecrets {
  private final Consumer<Map<String, Duration>> ask;
  private final Map<String, Versioned<Secret>> values = new TreeMap<>();
  private final Set<String> settled = new HashSet<>();
  private Map<String, Duration> asked = Map.of();

  /**
   * Nothing is asked for yet.
   *
   * @param ask tells the server of all names that are wanted, with how long each is waited for
   */
  DiscoveredSecrets(Consumer<Map<String, Duration>> ask) {
    this.ask = ask;
  }

  /** Says what is wanted in place of what was before; everything else is forgotten. */
  void want(Map<String, Duration> names) {
    values.keySet().retainAll(names.keySet());
    settled.retainAll(names.keySet());
    if (!names.equals(asked)) {
      asked = names;
      ask.accept(names);
    }
  }

  void put(Versioned<Secret> secret) {
    values.put(secret.name(), secret);
  }

  @Nullable Versioned<Secret> get(String name) {
    return values.get(name);
  }

  /** The wait for a secret is over. */
  void settle(String name) {
    settled.add(name);
  }

  boolean isSettled(String name) {
    return settled.contains(name);
  }

  Collection<Versioned<Secret>> all() {
    return values.values();
  }
}
