package io.headgate.xds.codec.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig;
import io.headgate.xds.codec.cluster.ClusterEncoder;
import io.headgate.xds.codec.listener.ListenerEncoder;
import io.headgate.xds.codec.message.GrpcApiCodec;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.codec.transport.SecretEncoder;
import io.headgate.xds.model.bootstrap.Bootstrap.ProcessRules;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.bootstrap.Reports;
import io.headgate.xds.model.endpoint.Locality;

/** Encodes what a proxy starts with. */
public final class BootstrapEncoder {
  private BootstrapEncoder() {}

  /** Encodes a bootstrap. */
  public static Bootstrap encode(io.headgate.xds.model.bootstrap.Bootstrap bootstrap) {
    Bootstrap.Builder builder = Bootstrap.newBuilder().setNode(node(bootstrap.node()));
    bootstrap
        .listeners()
        .forEach(l -> builder.getStaticResourcesBuilder().addListeners(ListenerEncoder.encode(l)));
    bootstrap
        .clusters()
        .forEach(c -> builder.getStaticResourcesBuilder().addClusters(ClusterEncoder.encode(c)));
    bootstrap
        .secrets()
        .forEach(s -> builder.getStaticResourcesBuilder().addSecrets(SecretEncoder.encode(s)));
    dynamic(builder, bootstrap.dynamicResources());
    if (bootstrap.admin() != null) {
      builder.setAdmin(Admin.newBuilder().setAddress(Protos.address(bootstrap.admin())));
    }
    if (bootstrap.loadStats() != null) {
      builder.setClusterManager(
          ClusterManager.newBuilder()
              .setLoadStatsConfig(GrpcApiCodec.encode(bootstrap.loadStats())));
    }
    Reports.MetricsSink metrics = bootstrap.reports().metrics();
    if (metrics != null) {
      builder.setStatsFlushInterval(Protos.duration(metrics.interval()));
      builder
          .addStatsSinksBuilder()
          .setName("envoy.stat_sinks.open_telemetry")
          .setTypedConfig(
              Wire.pack(
                  SinkConfig.newBuilder()
                      .setGrpcService(
                          GrpcService.newBuilder()
                              .setEnvoyGrpc(
                                  GrpcService.EnvoyGrpc.newBuilder()
                                      .setClusterName(metrics.cluster())))
                      .build()));
    }
    if (!bootstrap.process().runtime().equals(ProcessRules.DEFAULT.runtime())) {
      builder.setLayeredRuntime(RuntimeCodec.encode(bootstrap.process().runtime()));
    }
    if (bootstrap.overload() != null) {
      builder.setOverloadManager(OverloadEncoder.encode(bootstrap.overload()));
    }
    return builder.build();
  }

  /** Encodes a node without what a client says about its own program. */
  public static Node node(io.headgate.xds.model.bootstrap.Node node) {
    Node.Builder builder =
        Node.newBuilder()
            .setId(node.id())
            .setCluster(node.cluster())
            .setMetadata(Protos.struct(node.metadata()));
    if (!node.locality().equals(Locality.NONE)) {
      builder.setLocality(Protos.locality(node.locality()));
    }
    return builder.build();
  }

  private static void dynamic(Bootstrap.Builder builder, DynamicResources dynamic) {
    if (dynamic.ldsFetchTimeout() != null) {
      builder.getDynamicResourcesBuilder().setLdsConfig(Protos.ads(dynamic.ldsFetchTimeout()));
    }
    if (dynamic.cdsFetchTimeout() != null) {
      builder.getDynamicResourcesBuilder().setCdsConfig(Protos.ads(dynamic.cdsFetchTimeout()));
    }
    if (dynamic.ads() != null) {
      builder.getDynamicResourcesBuilder().setAdsConfig(GrpcApiCodec.encode(dynamic.ads()));
    }
  }
}
