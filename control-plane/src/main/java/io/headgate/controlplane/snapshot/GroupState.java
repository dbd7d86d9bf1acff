package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.CompiledFleet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The snapshot of one selection and those who follow it.
 *
 * <p>Thread: any; updates are serialised by a lock of this selection alone, readers take none.
 */
final class GroupState {
  /**
   * What was published.
   *
   * @param sequence counts publications
   * @param full whether everything was compiled, so that nothing is known of what changed
   */
  record Published(
      long sequence, Origin origin, CompiledFleet fleet, Library library, boolean full) {}

  private final Selection selection;
  private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile GroupSnapshot snapshot = GroupSnapshot.EMPTY;
  private long seen;

  GroupState(Selection selection) {
    this.selection = selection;
  }

  GroupSnapshot snapshot() {
    return snapshot;
  }

  void add(Runnable follower) {
    followers.add(follower);
  }

  /** Takes a follower away; says whether nobody is left. */
  boolean remove(Runnable follower) {
    followers.remove(follower);
    return followers.isEmpty();
  }

  /**
   * Takes what was published, unless something newer was taken already, and tells the followers.
   */
  void update(Published published) {
    boolean news;
    lock.lock();
    try {
      if (published.sequence() <= seen) {
        return;
      }
      GroupSnapshot before = snapshot;
      Map<ResourceType, ResourceSet> sets =
          published.sequence() == seen + 1 && endpointsOnly(published)
              ? withNewEndpoints(before, published.library())
              : all(before, published);
      seen = published.sequence();
      news = before.origin().equals(Origin.NONE) || !sets.equals(before.sets());
      snapshot = new GroupSnapshot(published.origin(), sets);
    } finally {
      lock.unlock();
    }
    if (news) {
      followers.forEach(Runnable::run);
    }
  }

  private static boolean endpointsOnly(Published published) {
    CompiledFleet.Rebuilt rebuilt = published.fleet().rebuilt();
    return !published.full() && rebuilt.clusters() == 0 && rebuilt.gateways() == 0;
  }

  private static Map<ResourceType, ResourceSet> withNewEndpoints(
      GroupSnapshot before, Library library) {
    ResourceSet endpoints = before.of(ResourceType.ENDPOINTS);
    Map<String, EncodedResource> updated = new HashMap<>();
    library
        .newEndpoints()
        .forEach((name, resource) -> {
          if (endpoints.get(name) != null) {
            updated.put(name, resource);
          }
        });
    Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
    sets.putAll(before.sets());
    sets.put(ResourceType.ENDPOINTS, endpoints.with(updated, Set.of()));
    return sets;
  }

  private Map<ResourceType, ResourceSet> all(GroupSnapshot before, Published published) {
    Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
    Map<ResourceType, List<EncodedResource>> resources =
        selection.resources(published.fleet(), published.library());
    resources.forEach((type, list) -> sets.put(type, before.of(type).next(list)));
    return sets;
  }
}
