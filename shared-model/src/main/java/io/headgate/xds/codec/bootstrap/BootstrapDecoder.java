package io.headgate.xds.codec.bootstrap;

import io.envoyproxy.envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig;
import io.headgate.xds.codec.cluster.ClusterDecoder;
import io.headgate.xds.codec.cluster.ControlPlaneClusters;
import io.headgate.xds.codec.listener.ListenerDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.GrpcApiCodec;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.codec.transport.SecretDecoder;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.Bootstrap.ProcessRules;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.bootstrap.OverloadManager;
import io.headgate.xds.model.bootstrap.Reports;
import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decodes what a proxy starts with. */
public final class BootstrapDecoder {
  private static final Map<String, GrpcApi.ApiType> LRS_TYPES =
      Map.of("GRPC", GrpcApi.ApiType.GRPC);

  private static final Map<String, MessageReader.Extension<String>> SINKS =
      Map.of(
          "envoy.extensions.stat_sinks.open_telemetry.v3.SinkConfig",
          new MessageReader.Extension<>(
              SinkConfig.getDefaultInstance(), BootstrapDecoder::metricsSink));

  private BootstrapDecoder() {}

  /** Decodes a bootstrap; clusters that its ADS and load reports name may have HTTP/2 and TLS. */
  public static Decoded<Bootstrap> decode(
      io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap message, boolean ignoreUnknownFields) {
    Set<String> controlPlane = new HashSet<>();
    addClusters(message.getDynamicResources().getAdsConfig(), controlPlane);
    addClusters(message.getClusterManager().getLoadStatsConfig(), controlPlane);
    DecodeOptions options = new DecodeOptions(ignoreUnknownFields, controlPlane);
    return MessageReader.decode(message, options, BootstrapDecoder::bootstrap);
  }

  private static void addClusters(
      io.envoyproxy.envoy.config.core.v3.ApiConfigSource source, Set<String> names) {
    source.getGrpcServicesList().forEach(s -> names.add(s.getEnvoyGrpc().getClusterName()));
  }

  private static Bootstrap bootstrap(MessageReader r) {
    Node node =
        r.message("node", new Node("", "", Locality.NONE, Value.Obj.EMPTY), BootstrapDecoder::node);
    Static resources =
        r.message(
            "static_resources",
            new Static(List.of(), List.of(), List.of()),
            BootstrapDecoder::resources);
    DynamicResources dynamic =
        r.message("dynamic_resources", DynamicResources.NONE, BootstrapDecoder::dynamic);
    Address admin = r.message("admin", BootstrapDecoder::admin);
    Optional<GrpcApi> load =
        r.message("cluster_manager", Optional.empty(), BootstrapDecoder::clusterManager);
    OverloadManager overload = r.message("overload_manager", OverloadDecoder::decode);
    List<RuntimeLayer> runtime =
        r.message("layered_runtime", ProcessRules.DEFAULT.runtime(), RuntimeCodec::decode);
    Reports.MetricsSink metrics = metrics(r);
    ControlPlaneClusters.check(r, resources.listeners, resources.clusters);
    return new Bootstrap(
        node,
        new Bootstrap.StaticResources(resources.listeners, resources.clusters, resources.secrets),
        dynamic,
        admin,
        new Reports(load.orElse(null), metrics),
        new ProcessRules(overload, runtime));
  }

  /** One sink, by OTLP; the interval is that of all of Envoy's sinks. */
  private static Reports.@Nullable MetricsSink metrics(MessageReader r) {
    Duration interval = r.duration("stats_flush_interval", Reports.MetricsSink.DEFAULT_INTERVAL);
    List<String> clusters =
        r.list(
            "stats_sinks",
            s -> {
              s.accept("name");
              return s.need("typed_config", s.extension("typed_config", SINKS));
            });
    if (clusters.size() > 1) {
      r.refuse("stats_sinks", "more than one sink is not implemented", "keep one of them");
    }
    return clusters.isEmpty() ? null : new Reports.MetricsSink(clusters.getFirst(), interval);
  }

  private static String metricsSink(MessageReader r) {
    r.onlyBool("emit_tags_as_attributes", true);
    r.onlyBool("use_tag_extracted_name", true);
    return r.need("grpc_service", r.message("grpc_service", GrpcApiCodec::service));
  }

  private static Node node(MessageReader r) {
    return new Node(
        r.string("id"),
        r.string("cluster"),
        r.message("locality", Locality.NONE, Shared::locality),
        r.message("metadata", Value.Obj.EMPTY, Shared::struct));
  }

  private record Static(List<Listener> listeners, List<Cluster> clusters, List<Secret> secrets) {}

  private static Static resources(MessageReader r) {
    return new Static(
        r.list("listeners", ListenerDecoder::decode),
        r.list("clusters", ClusterDecoder::decode),
        r.list("secrets", SecretDecoder::decode));
  }

  private static @Nullable Address adminAddress(MessageReader r) {
    return r.message("address", Shared::ipAddress);
  }

  private static Address admin(MessageReader r) {
    return r.need("address", adminAddress(r));
  }

  private static DynamicResources dynamic(MessageReader r) {
    Duration standard = DynamicResources.DEFAULT_FETCH_TIMEOUT;
    Duration lds = r.message("lds_config", s -> Shared.adsSource(s, standard));
    Duration cds = r.message("cds_config", s -> Shared.adsSource(s, standard));
    GrpcApi ads = r.message("ads_config", s -> GrpcApiCodec.decode(s, GrpcApiCodec.BOTH));
    return new DynamicResources(lds, cds, ads);
  }

  private static Optional<GrpcApi> clusterManager(MessageReader r) {
    return Optional.ofNullable(
        r.message("load_stats_config", s -> GrpcApiCodec.decode(s, LRS_TYPES)));
  }
}
