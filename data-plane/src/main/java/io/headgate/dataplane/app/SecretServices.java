package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.xds.SecretClient;
import io.headgate.dataplane.xds.XdsClient;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.tls.SecretService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The conversations with the services that secrets come from, apart from the control plane: one for
 * each that config in force, or that warms, names.
 *
 * <p>Thread: the config thread.
 */
final class SecretServices {
  private final Bootstrap bootstrap;
  private final Settings settings;
  private final ConfigThread config;
  private final Executor disk;
  private final Supplier<ConfigRuntime> runtime;
  private final DiscoveryMeters meters;
  private final Map<SecretService, SecretClient> clients = new HashMap<>();
  private boolean saving;
  private boolean left;

  /**
   * What holds for all of them.
   *
   * @param lastKnownGood of the proxy; each service has a part of it; null keeps nothing
   */
  record Settings(
      ProxyIdentity identity,
      @Nullable LastKnownGoodPlace lastKnownGood,
      boolean ignoreUnknownFields) {}

  SecretServices(
      Bootstrap bootstrap,
      Settings settings,
      ConfigThread config,
      Executor disk,
      Supplier<ConfigRuntime> runtime,
      DiscoveryMeters meters) {
    this.bootstrap = bootstrap;
    this.settings = settings;
    this.config = config;
    this.disk = disk;
    this.runtime = runtime;
    this.meters = meters;
  }

  /** Says which secrets of a service are wanted; the stream begins and ends with that. */
  void want(SecretService service, Map<String, Duration> names) {
    if (left) {
      return;
    }
    SecretClient client = clients.get(service);
    if (names.isEmpty()) {
      if (client != null) {
        clients.remove(service);
        client.forget();
      }
    } else if (client == null) {
      SecretClient opened = open(service);
      clients.put(service, opened);
      opened.want(names);
      if (saving) {
        opened.saveFromNow();
      }
      opened.start();
    } else {
      client.want(names);
    }
  }

  private SecretClient open(SecretService service) {
    GrpcApi.ApiType protocol = service.delta() ? GrpcApi.ApiType.DELTA_GRPC : GrpcApi.ApiType.GRPC;
    LastKnownGoodPlace place = settings.lastKnownGood();
    return new SecretClient(
        new XdsClient.Settings(
            List.of(ControlPlanes.members(cluster(service.cluster()))),
            protocol,
            settings.identity(),
            place == null ? null : place.of(protocol + " " + service.cluster()),
            settings.ignoreUnknownFields()),
        new SecretClient.Surroundings(
            config.xds(),
            disk,
            new SecretBridge(runtime.get(), service),
            meters.ofService(service.cluster())));
  }

  /** It is there: the runtime has refused what names another. */
  private Cluster cluster(String name) {
    return bootstrap.clusters().stream()
        .filter(cluster -> cluster.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** This process is the only one that writes the last-known-good files. */
  void saveFromNow() {
    saving = true;
    clients.values().forEach(SecretClient::saveFromNow);
  }

  /** Ends all streams for good; completes when that is done, after a bounded time at the latest. */
  CompletableFuture<Void> leave() {
    left = true;
    return CompletableFuture.allOf(
        clients.values().stream().map(SecretClient::stop).toArray(CompletableFuture<?>[]::new));
  }
}
