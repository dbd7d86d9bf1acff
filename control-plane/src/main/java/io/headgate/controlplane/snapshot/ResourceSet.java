package io.headgate.controlplane.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All resources of one type in a snapshot, with a short memory of what changed from set to set, so
 * that a stream looks only at names that changed since it looked last.
 *
 * <p>Thread: immutable.
 */
public final class ResourceSet {
  /** Sets that a reader may lag behind before it has to compare everything. */
  private static final int MEMORY = 64;

  public static final ResourceSet EMPTY = new ResourceSet(Map.of(), 0, List.of());

  private final Map<String, EncodedResource> resources;
  private final long sequence;
  private final List<Set<String>> changes;

  private ResourceSet(
      Map<String, EncodedResource> resources, long sequence, List<Set<String>> changes) {
    this.resources = resources;
    this.sequence = sequence;
    this.changes = changes;
  }

  /** A first set; resources are keyed by name. */
  public static ResourceSet of(Collection<EncodedResource> resources) {
    return EMPTY.next(resources);
  }

  public @Nullable EncodedResource get(String name) {
    return resources.get(name);
  }

  /** By name; unmodifiable. */
  public Map<String, EncodedResource> byName() {
    return Collections.unmodifiableMap(resources);
  }

  public int size() {
    return resources.size();
  }

  /** Counts the sets of one lineage. */
  public long sequence() {
    return sequence;
  }

  /** The set that has exactly these resources; this very set when nothing differs but the order. */
  public ResourceSet next(Collection<EncodedResource> all) {
    Map<String, EncodedResource> updated = new HashMap<>();
    Set<String> kept = new HashSet<>();
    for (EncodedResource resource : all) {
      kept.add(resource.name());
      if (resources.get(resource.name()) != resource) {
        updated.put(resource.name(), resource);
      }
    }
    Set<String> removed = new HashSet<>(resources.keySet());
    removed.removeAll(kept);
    return with(updated, removed);
  }

  /**
   * The set after a few resources were put and removed; the cost of the comparison that follows is
   * theirs alone.
   */
  public ResourceSet with(Map<String, EncodedResource> updated, Set<String> removed) {
    if (updated.isEmpty() && removed.isEmpty()) {
      return this;
    }
    Map<String, EncodedResource> next = new HashMap<>(resources);
    Set<String> changed = new HashSet<>(removed);
    next.keySet().removeAll(removed);
    updated.forEach((name, resource) -> {
      EncodedResource before = next.put(name, resource);
      if (before == null || !before.version().equals(resource.version())) {
        changed.add(name);
      }
    });
    List<Set<String>> log =
        new ArrayList<>(changes.subList(changes.size() < MEMORY ? 0 : 1, changes.size()));
    log.add(Set.copyOf(changed));
    return new ResourceSet(next, sequence + 1, List.copyOf(log));
  }

  /**
   * The names whose content changed after the set with the given sequence, or nothing when that is
   * too long ago to be known.
   *
   * @param since the {@link #sequence()} of an earlier set of this lineage
   */
  public Optional<Set<String>> changedSince(long since) {
    long steps = sequence - since;
    if (steps < 0 || steps > changes.size()) {
      return Optional.empty();
    }
    if (steps == 1) {
      return Optional.of(changes.getLast());
    }
    Set<String> names = new HashSet<>();
    for (Set<String> change : changes.subList(changes.size() - (int) steps, changes.size())) {
      names.addAll(change);
    }
    return Optional.of(names);
  }
}
