package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.GroupSnapshot;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.ResourceSet;
import io.headgate.controlplane.snapshot.ResourceType;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One snapshot for every group, published by the test's thread. */
final class TestSnapshots implements SnapshotSource {
  final Set<NodeGroup> groups = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
  private final Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
  private volatile GroupSnapshot snapshot = GroupSnapshot.EMPTY;
  private long revision;

  void publish(EncodedResource... resources) {
    for (ResourceType type : ResourceType.all()) {
      List<EncodedResource> ofType =
          Arrays.stream(resources).filter(r -> r.type() == type).toList();
      sets.put(type, sets.getOrDefault(type, ResourceSet.EMPTY).next(ofType));
    }
    snapshot = new GroupSnapshot(new Origin("0123456789abcdef", ++revision), sets);
    followers.forEach(Runnable::run);
  }

  int followers() {
    return followers.size();
  }

  @Override
  public Subscription follow(NodeGroup group, Runnable onChange) {
    groups.add(group);
    followers.add(onChange);
    return new Subscription() {
      @Override
      public GroupSnapshot current() {
        return snapshot;
      }

      @Override
      public void close() {
        followers.remove(onChange);
      }
    };
  }
}
