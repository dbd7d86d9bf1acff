package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.Subscriptions;
import io.headgate.dataplane.xds.XdsClient;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Asks the control plane for what the runtime wants. Thread: the config thread. */
final class AdsSubscriptions implements Subscriptions {
  private final Supplier<XdsClient> client;

  AdsSubscriptions(Supplier<XdsClient> client) {
    this.client = client;
  }

  @Override
  public void clusters(Duration timeout) {
    client.get().want(ResourceType.CLUSTER, new Interest.All(), timeout);
  }

  @Override
  public void listeners(Duration timeout) {
    client.get().want(ResourceType.LISTENER, new Interest.All(), timeout);
  }

  @Override
  public void endpoints(Map<String, Duration> names) {
    want(ResourceType.ENDPOINTS, names);
  }

  @Override
  public void routes(Map<String, Duration> names) {
    want(ResourceType.ROUTES, names);
  }

  @Override
  public void secrets(Map<String, Duration> names) {
    want(ResourceType.SECRET, names);
  }

  /**
   * Names with one timeout are added together, since a timeout holds for the names that are new.
   */
  private void want(ResourceType type, Map<String, Duration> names) {
    Map<Duration, Set<String>> byTimeout = new TreeMap<>();
    names.forEach(
        (name, timeout) -> byTimeout.computeIfAbsent(timeout, t -> new TreeSet<>()).add(name));
    Set<String> kept = client.get().wanted(type);
    kept.retainAll(names.keySet());
    client.get().want(type, new Interest.Names(kept), Duration.ZERO);
    for (Map.Entry<Duration, Set<String>> group : byTimeout.entrySet()) {
      kept.addAll(group.getValue());
      client.get().want(type, new Interest.Names(kept), group.getKey());
    }
  }
}
