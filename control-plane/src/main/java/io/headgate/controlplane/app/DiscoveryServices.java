package io.headgate.controlplane.app;

import io.grpc.ServerServiceDefinition;
import io.headgate.controlplane.discovery.AggregatedDiscovery;
import io.headgate.controlplane.discovery.DiscoveryLimits;
import io.headgate.controlplane.discovery.DiscoveryTracker;
import io.headgate.controlplane.discovery.PerTypeDiscovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The discovery services of one replica and the threads that they run on. */
final class DiscoveryServices implements AutoCloseable {
  private static final int MAX_NAMES = 100_000;

  private final ExecutorService work =
      Executors.newFixedThreadPool(
          Math.max(2, Runtime.getRuntime().availableProcessors()),
          Thread.ofPlatform().daemon().name("headgate-discovery-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("headgate-discovery-timer").factory());
  private final AggregatedDiscovery aggregated;
  private final PerTypeDiscovery perType;

  DiscoveryServices(Settings.Xds settings, ConfigPipeline pipeline, DiscoveryTracker tracker) {
    int perSecond =
        settings.newStreamsPerSecond() == 0 ? Integer.MAX_VALUE : settings.newStreamsPerSecond();
    DiscoveryLimits limits =
        new DiscoveryLimits(MAX_NAMES, perSecond, Math.max(1, settings.maxStreams()));
    this.aggregated =
        new AggregatedDiscovery(
            pipeline.snapshots(), tracker, limits, new AggregatedDiscovery.Threads(work, timer));
    this.perType = new PerTypeDiscovery(pipeline.snapshots(), tracker, work);
  }

  List<ServerServiceDefinition> services() {
    List<ServerServiceDefinition> services = new ArrayList<>();
    services.add(aggregated.bindService());
    services.addAll(perType.services());
    return services;
  }

  /** Counters by their exported names. */
  Map<String, Long> figures() {
    return aggregated.meters().read();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    work.shutdownNow();
  }
}
