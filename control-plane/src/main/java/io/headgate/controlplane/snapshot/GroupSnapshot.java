package io.headgate.controlplane.snapshot;

import java.util.HashMap;
import java.util.Map;

/**
 * Everything a node group should have at one revision.
 *
 * <p>Thread: immutable.
 *
 * @param origin the revision that this was compiled from
 * @param sets the resources of each type; a type without an entry has none
 */
public record GroupSnapshot(Origin origin, Map<ResourceType, ResourceSet> sets) {
  public static final GroupSnapshot EMPTY = new GroupSnapshot(Origin.NONE, Map.of());

  public GroupSnapshot {
    sets = Map.copyOf(sets);
  }

  public ResourceSet of(ResourceType type) {
    return sets.getOrDefault(type, ResourceSet.EMPTY);
  }

  /** The version of each resource of a type, by name: what a proxy serves once it has converged. */
  public Map<String, String> versions(ResourceType type) {
    Map<String, String> versions = new HashMap<>();
    of(type).byName().forEach((name, resource) -> versions.put(name, resource.version()));
    return versions;
  }
}
