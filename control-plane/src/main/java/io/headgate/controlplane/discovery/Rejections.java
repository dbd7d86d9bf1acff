package io.headgate.controlplane.discovery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The contents that a client refused, so that the same content is not sent to it again.
 *
 * <p>Resources that were refused together form a group: the client accepted none of it as far as
 * the protocol says, so when one member changes the others are sent again with it, except those
 * that the client named as the bad ones.
 *
 * <p>Thread: confined to its stream. Bounded: one entry per name that the client subscribes to.
 */
final class Rejections {
  private record Rejection(String version, Group group) {}

  private static final class Group {
    private final Set<String> names;
    private final Set<String> culprits;
    private boolean retried;

    private Group(Set<String> names, Set<String> culprits) {
      this.names = names;
      this.culprits = culprits;
    }
  }

  private final Map<String, Rejection> byName = new HashMap<>();

  /**
   * Remembers a refusal.
   *
   * @param versions the refused version of each name
   * @param culprits the names that the client's message blames; empty when it blames none
   */
  void refuse(Map<String, String> versions, Set<String> culprits) {
    Group group = new Group(Set.copyOf(versions.keySet()), Set.copyOf(culprits));
    versions.forEach((name, version) -> byName.put(name, new Rejection(version, group)));
  }

  boolean refused(String name, String version) {
    Rejection rejection = byName.get(name);
    return rejection != null && rejection.version.equals(version);
  }

  /** Whether the client blamed this very content by name. */
  boolean blamed(String name, String version) {
    Rejection rejection = byName.get(name);
    return rejection != null
        && rejection.version.equals(version)
        && rejection.group.culprits.contains(name);
  }

  void accepted(String name, String version) {
    if (refused(name, version)) {
      byName.remove(name);
    }
  }

  void forget(String name) {
    byName.remove(name);
  }

  /**
   * The names to send again because this one is not what was refused any more; each group is
   * retried once.
   *
   * @param version the name's version now, or empty when it is gone
   */
  Set<String> released(String name, String version) {
    Rejection rejection = byName.get(name);
    if (rejection == null || rejection.version.equals(version) || rejection.group.retried) {
      return Set.of();
    }
    rejection.group.retried = true;
    Set<String> companions = new HashSet<>(rejection.group.names);
    companions.removeAll(rejection.group.culprits);
    companions.remove(name);
    return companions;
  }
}
