package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.runtime.Versioned;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.Received;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brings what the discovery client received to the runtime. Thread: the config thread. */
final class DiscoveryBridge implements ConfigReceiver {
  private final ConfigRuntime runtime;
  private final BindAddress bind;

  DiscoveryBridge(ConfigRuntime runtime, BindAddress bind) {
    this.runtime = runtime;
    this.bind = bind;
  }

  @Override
  public Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed) {
    return runtime.updateClusters(versioned(changed), removed);
  }

  @Override
  public Map<String, String> endpoints(
      List<Received<ClusterLoadAssignment>> changed, Set<String> removed) {
    runtime.updateEndpoints(versioned(changed));
    return Map.of();
  }

  @Override
  public Map<String, String> listeners(List<Received<Listener>> changed, Set<String> removed) {
    return runtime.updateListeners(
        changed.stream()
            .map(listener ->
                new Versioned<>(
                    listener.name(), listener.version(), bind.applyTo(listener.value())))
            .toList(),
        removed);
  }

  @Override
  public Map<String, String> routes(
      List<Received<RouteConfiguration>> changed, Set<String> removed) {
    return runtime.updateRoutes(versioned(changed), removed);
  }

  @Override
  public Map<String, String> secrets(List<Received<Secret>> changed, Set<String> removed) {
    return runtime.updateSecrets(versioned(changed));
  }

  @Override
  public void settled(ResourceType type, String name) {
    switch (type) {
      case CLUSTER -> runtime.clustersSettled();
      case ENDPOINTS -> runtime.endpointsSettled(name);
      case LISTENER -> runtime.listenersSettled();
      case ROUTES -> runtime.routesSettled(name);
      case SECRET -> runtime.secretsSettled(name);
    }
  }

  static <T> List<Versioned<T>> versioned(List<Received<T>> received) {
    return received.stream()
        .map(one -> new Versioned<>(one.name(), one.version(), one.value()))
        .toList();
  }
}
