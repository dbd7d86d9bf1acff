package io.headgate.dataplane.app;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.load.LoadReporter;
import io.headgate.dataplane.load.ReportedCluster;
import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.xds.stream.ChannelUser;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.GrpcApi;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reports load over the discovery client's connection: of the clusters that ask for it, or of all
 * when the bootstrap does. Nothing is opened before there is such a cluster.
 *
 * <p>Thread: the config thread.
 */
final class LoadReports implements ChannelUser {
  private final ConfigRuntime runtime;
  private final Node node;
  private final boolean all;
  private final LoadReporter.Timing timing;
  private @Nullable Channel channel;
  private @Nullable LoadReporter reporter;

  LoadReports(ConfigRuntime runtime, Node node, boolean all, ConfigThread config) {
    this.runtime = runtime;
    this.node = node;
    this.all = all;
    this.timing =
        new LoadReporter.Timing(config.executor(), System::nanoTime, RandomGenerator.getDefault());
  }

  /**
   * Whether the bootstrap asks for reports of all clusters.
   *
   * @throws IllegalArgumentException when it asks for them at another server than discovery's
   */
  static boolean ofAll(Bootstrap bootstrap) {
    GrpcApi load = bootstrap.loadStats();
    if (load == null) {
      return false;
    }
    GrpcApi ads = bootstrap.dynamicResources().ads();
    if (ads == null || !ads.clusterNames().equals(load.clusterNames())) {
      throw new IllegalArgumentException(
          "cluster_manager.load_stats_config: its clusters "
              + load.clusterNames()
              + " must be those of dynamic_resources.ads_config");
    }
    return true;
  }

  @Override
  public void connected(Channel open) {
    channel = open;
    configChanged();
  }

  @Override
  public void disconnected() {
    channel = null;
    LoadReporter last = reporter;
    if (last != null) {
      last.close();
      reporter = null;
    }
  }

  /** Clusters may have come that want to be reported. */
  void configChanged() {
    Channel open = channel;
    if (open != null && reporter == null && !reported().isEmpty()) {
      LoadReporter next = new LoadReporter(open, node, this::reported, timing);
      reporter = next;
      next.start();
    }
  }

  private List<ReportedCluster> reported() {
    List<ReportedCluster> clusters = new ArrayList<>();
    for (Cluster cluster : runtime.liveClusters()) {
      if (all || cluster.config().options().lrsSelf()) {
        String service = cluster.config().endpointsName();
        clusters.add(
            new ReportedCluster(
                cluster.name(), service.equals(cluster.name()) ? "" : service, cluster.hosts()));
      }
    }
    return clusters;
  }
}
