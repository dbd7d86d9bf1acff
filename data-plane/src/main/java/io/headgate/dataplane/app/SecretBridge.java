package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.Received;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.tls.SecretService;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the secrets of one service to the runtime. Nothing else is asked for there, so that
 * nothing else can come. Thread: the config thread.
 */
final class SecretBridge implements ConfigReceiver {
  private final ConfigRuntime runtime;
  private final SecretService service;

  SecretBridge(ConfigRuntime runtime, SecretService service) {
    this.runtime = runtime;
    this.service = service;
  }

  @Override
  public Map<String, String> secrets(List<Received<Secret>> changed, Set<String> removed) {
    return runtime.updateSecrets(service, DiscoveryBridge.versioned(changed));
  }

  @Override
  public void settled(ResourceType type, String name) {
    runtime.secretsSettled(service, name);
  }

  @Override
  public Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed) {
    return Map.of();
  }

  @Override
  public Map<String, String> endpoints(
      List<Received<ClusterLoadAssignment>> changed, Set<String> removed) {
    return Map.of();
  }

  @Override
  public Map<String, String> listeners(List<Received<Listener>> changed, Set<String> removed) {
    return Map.of();
  }

  @Override
  public Map<String, String> routes(
      List<Received<RouteConfiguration>> changed, Set<String> removed) {
    return Map.of();
  }
}
