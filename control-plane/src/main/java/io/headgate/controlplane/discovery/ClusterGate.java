package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.ResourceType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a listener or route configuration back until the client confirmed the clusters that it
 * newly names, for a bounded time.
 *
 * <p>A client that never confirmed a cluster is not held up: its first fetch has to come through in
 * whatever order it asks.
 *
 * <p>Thread: confined to its stream. Units: nanoseconds of a monotonic clock.
 */
final class ClusterGate {
  static final Duration LIMIT = Duration.ofSeconds(15);

  private record Key(ResourceType type, String name) {}

  private final Map<Key, Long> waitingSince = new HashMap<>();
  private final LongConsumer onTimeout;

  /**
   * Makes a gate.
   *
   * @param onTimeout told how long a resource waited in vain, in nanoseconds
   */
  ClusterGate(LongConsumer onTimeout) {
    this.onTimeout = onTimeout;
  }

  boolean blocks(EncodedResource resource, @Nullable TypeState clusters, long now) {
    if (!waits(resource, clusters)) {
      waitingSince.remove(new Key(resource.type(), resource.name()));
      return false;
    }
    long since =
        waitingSince.computeIfAbsent(new Key(resource.type(), resource.name()), key -> now);
    return now - since < LIMIT.toNanos();
  }

  private static boolean waits(EncodedResource resource, @Nullable TypeState clusters) {
    if (clusters == null
        || resource.references().clusters().isEmpty()
        || !clusters.holdings.everConfirmed()) {
      return false;
    }
    for (String cluster : resource.references().clusters()) {
      if (clusters.wants(cluster)
          && clusters.set().get(cluster) != null
          && !clusters.holdings.confirmed(cluster)) {
        return true;
      }
    }
    return false;
  }

  /** A resource is being sent; if it is only because time ran out, that is reported. */
  void passed(EncodedResource resource, long now) {
    Long since = waitingSince.remove(new Key(resource.type(), resource.name()));
    if (since != null) {
      onTimeout.accept(now - since);
    }
  }

  /** A resource is not wanted any more or does not exist any more. */
  void forget(ResourceType type, String name) {
    waitingSince.remove(new Key(type, name));
  }

  /** When the next resource will have waited long enough. */
  OptionalLong wakeAt(long now) {
    return waitingSince.values().stream()
        .mapToLong(since -> since + LIMIT.toNanos())
        .filter(at -> at > now)
        .min();
  }
}
