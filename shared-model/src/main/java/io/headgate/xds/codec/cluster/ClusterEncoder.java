package io.headgate.xds.codec.cluster;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.SelfConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.type.v3.Percent;
import io.headgate.xds.codec.http.Http1Codec;
import io.headgate.xds.codec.http.Http2Codec;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.codec.transport.TransportSockets;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.cluster.CircuitBreakers.Thresholds;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.UpstreamHttp;
import java.util.List;

/** Encodes clusters. */
public final class ClusterEncoder {
  private ClusterEncoder() {}

  public static Cluster encode(io.headgate.xds.model.Cluster cluster) {
    Cluster.Builder builder =
        Cluster.newBuilder()
            .setName(cluster.name())
            .setConnectTimeout(Protos.duration(cluster.connectTimeout()));
    switch (cluster.endpoints()) {
      case EndpointSource.Static fixed ->
          builder
              .setType(Cluster.DiscoveryType.STATIC)
              .setLoadAssignment(EndpointEncoder.encode(fixed.assignment()));
      case EndpointSource.UnixSockets(List<String> paths) ->
          builder
              .setType(Cluster.DiscoveryType.STATIC)
              .setLoadAssignment(EndpointEncoder.encode(cluster.name(), paths));
      case EndpointSource.Eds eds ->
          builder
              .setType(Cluster.DiscoveryType.EDS)
              .setEdsClusterConfig(
                  Cluster.EdsClusterConfig.newBuilder()
                      .setServiceName(eds.serviceName())
                      .setEdsConfig(Protos.ads(eds.initialFetchTimeout())));
    }
    balancing(builder, cluster.loadBalancing());
    CircuitBreakers.Builder breakers = builder.getCircuitBreakersBuilder();
    thresholds(breakers, RoutingPriority.DEFAULT, cluster.circuitBreakers().normal());
    thresholds(breakers, RoutingPriority.HIGH, cluster.circuitBreakers().high());
    if (cluster.outlierDetection() != null) {
      builder.setOutlierDetection(outliers(cluster.outlierDetection()));
    }
    options(builder, cluster.options());
    return builder.build();
  }

  private static void balancing(Cluster.Builder builder, LoadBalancing balancing) {
    switch (balancing.policy()) {
      case LoadBalancing.Policy.RoundRobin r -> builder.setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN);
      case LoadBalancing.Policy.LeastRequest least ->
          builder
              .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
              .setLeastRequestLbConfig(
                  Cluster.LeastRequestLbConfig.newBuilder()
                      .setChoiceCount(Protos.uint32(least.choiceCount())));
      case LoadBalancing.Policy.RingHash ring ->
          builder
              .setLbPolicy(Cluster.LbPolicy.RING_HASH)
              .setRingHashLbConfig(
                  Cluster.RingHashLbConfig.newBuilder()
                      .setMinimumRingSize(UInt64Value.of(ring.minSize()))
                      .setMaximumRingSize(UInt64Value.of(ring.maxSize())));
      case LoadBalancing.Policy.Maglev maglev ->
          builder
              .setLbPolicy(Cluster.LbPolicy.MAGLEV)
              .setMaglevLbConfig(
                  Cluster.MaglevLbConfig.newBuilder()
                      .setTableSize(UInt64Value.of(maglev.tableSize())));
    }
    Cluster.CommonLbConfig.Builder common =
        Cluster.CommonLbConfig.newBuilder()
            .setHealthyPanicThreshold(
                Percent.newBuilder().setValue(balancing.panicThresholdPercent()));
    if (balancing.localityWeighted()) {
      common.setLocalityWeightedLbConfig(
          Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
    }
    if (balancing.policy() instanceof LoadBalancing.Policy.RingHash(_, _, boolean byName) && byName
        || balancing.policy() instanceof LoadBalancing.Policy.Maglev(_, boolean name) && name) {
      common.getConsistentHashingLbConfigBuilder().setUseHostnameForHashing(true);
    }
    builder.setCommonLbConfig(common);
  }

  private static void thresholds(
      CircuitBreakers.Builder breakers, RoutingPriority priority, Thresholds thresholds) {
    breakers.addThresholds(thresholds(priority, thresholds));
    if (thresholds.maxConnectionsPerHost() != Thresholds.UNLIMITED) {
      breakers
          .addPerHostThresholdsBuilder()
          .setPriority(priority)
          .setMaxConnections(Protos.uint32(thresholds.maxConnectionsPerHost()));
    }
  }

  private static CircuitBreakers.Thresholds thresholds(
      RoutingPriority priority, Thresholds thresholds) {
    CircuitBreakers.Thresholds.Builder builder =
        CircuitBreakers.Thresholds.newBuilder()
            .setPriority(priority)
            .setMaxConnections(Protos.uint32(thresholds.maxConnections()))
            .setMaxPendingRequests(Protos.uint32(thresholds.maxPendingRequests()))
            .setMaxRequests(Protos.uint32(thresholds.maxRequests()))
            .setMaxRetries(Protos.uint32(thresholds.maxRetries()))
            .setTrackRemaining(thresholds.trackRemaining());
    if (thresholds.retryBudget() != null) {
      builder.setRetryBudget(
          CircuitBreakers.Thresholds.RetryBudget.newBuilder()
              .setBudgetPercent(Percent.newBuilder().setValue(thresholds.retryBudget().percent()))
              .setMinRetryConcurrency(Protos.uint32(thresholds.retryBudget().minConcurrency())));
    }
    return builder.build();
  }

  private static OutlierDetection outliers(
      io.headgate.xds.model.cluster.OutlierDetection outliers) {
    io.headgate.xds.model.cluster.OutlierDetection.Ejection ejection = outliers.ejection();
    OutlierDetection.Builder builder =
        OutlierDetection.newBuilder()
            .setConsecutive5Xx(Protos.uint32(outliers.serverErrors().threshold()))
            .setEnforcingConsecutive5Xx(Protos.uint32(outliers.serverErrors().enforcingPercent()))
            .setConsecutiveGatewayFailure(Protos.uint32(outliers.gatewayFailures().threshold()))
            .setEnforcingConsecutiveGatewayFailure(
                Protos.uint32(outliers.gatewayFailures().enforcingPercent()))
            .setConsecutiveLocalOriginFailure(
                Protos.uint32(outliers.localOriginFailures().threshold()))
            .setEnforcingConsecutiveLocalOriginFailure(
                Protos.uint32(outliers.localOriginFailures().enforcingPercent()))
            .setSplitExternalLocalOriginErrors(outliers.splitLocalOrigin())
            // Said to peers that know these kinds: they are on unless switched off.
            .setEnforcingSuccessRate(Protos.uint32(0))
            .setEnforcingLocalOriginSuccessRate(Protos.uint32(0));
    return builder
        .setInterval(Protos.duration(ejection.interval()))
        .setBaseEjectionTime(Protos.duration(ejection.baseTime()))
        .setMaxEjectionTime(Protos.duration(ejection.maxTime()))
        .setMaxEjectionPercent(Protos.uint32(ejection.maxPercent()))
        .setAlwaysEjectOneHost(Protos.bool(ejection.alwaysEjectOneHost()))
        .setMaxEjectionTimeJitter(Protos.duration(ejection.maxTimeJitter()))
        .build();
  }

  private static void options(Cluster.Builder builder, ClusterOptions options) {
    builder
        .setPerConnectionBufferLimitBytes(Protos.uint32(options.perConnectionBufferLimitBytes()))
        .addAllLrsReportEndpointMetrics(options.lrsMetrics())
        .putTypedExtensionProtocolOptions(UpstreamHttpDecoder.KEY, Wire.pack(http(options.http())));
    if (options.lrsSelf()) {
      builder.setLrsServer(
          ConfigSource.newBuilder().setSelf(SelfConfigSource.getDefaultInstance()));
    }
    TransportSocket socket = TransportSockets.encode(options.tls(), options.proxyProtocol());
    if (socket != null) {
      builder.setTransportSocket(socket);
    }
    if (!options.metadata().filterMetadata().isEmpty()) {
      builder.setMetadata(Protos.metadata(options.metadata()));
    }
  }

  private static io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions http(
      UpstreamHttp http) {
    HttpProtocolOptions.Builder common =
        HttpProtocolOptions.newBuilder()
            .setIdleTimeout(Protos.duration(http.lifetimes().idle()))
            .setMaxHeadersCount(Protos.uint32(http.maxResponseHeadersCount()))
            .setMaxResponseHeadersKb(Protos.uint32(http.maxResponseHeadersKb()));
    if (!http.lifetimes().connection().isZero()) {
      common.setMaxConnectionDuration(Protos.duration(http.lifetimes().connection()));
    }
    if (!http.lifetimes().stream().isZero()) {
      common.setMaxStreamDuration(Protos.duration(http.lifetimes().stream()));
    }
    if (http.maxRequestsPerConnection() > 0) {
      common.setMaxRequestsPerConnection(Protos.uint32(http.maxRequestsPerConnection()));
    }
    io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.Builder builder =
        io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder()
            .setCommonHttpProtocolOptions(common);
    UpstreamHttp.AutoSni sni = http.autoSni();
    if (!sni.equals(UpstreamHttp.AutoSni.OFF)) {
      builder.setUpstreamHttpProtocolOptions(
          UpstreamHttpProtocolOptions.newBuilder()
              .setAutoSni(sni.sni())
              .setAutoSanValidation(sni.sanValidation())
              .setOverrideAutoSniHeader(sni.header()));
    }
    if (http.http2() == null) {
      builder
          .getExplicitHttpConfigBuilder()
          .setHttpProtocolOptions(Http1Codec.encode(http.http1()));
    } else {
      builder
          .getExplicitHttpConfigBuilder()
          .setHttp2ProtocolOptions(Http2Codec.encode(http.http2()));
    }
    return builder.build();
  }
}
