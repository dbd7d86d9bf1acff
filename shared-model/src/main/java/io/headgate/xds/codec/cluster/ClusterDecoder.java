package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.codec.transport.TransportSockets;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.value.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Decodes clusters. */
public final class ClusterDecoder {
  private ClusterDecoder() {}

  public static Cluster decode(MessageReader r) {
    String name = r.string("name");
    EndpointSource endpoints = r.build(() -> endpoints(r));
    LoadBalancing balancing = r.build(() -> balancing(r));
    Duration connect = r.duration("connect_timeout", Cluster.DEFAULT_CONNECT_TIMEOUT);
    CircuitBreakers breakers =
        r.message("circuit_breakers", CircuitBreakers.DEFAULT, CircuitBreakersDecoder::decode);
    OutlierDetection outliers = r.message("outlier_detection", OutlierDetectionDecoder::decode);
    ClusterOptions options = r.build(() -> options(r, name));
    r.onlyBool("wait_for_warm_on_init", true);
    r.message("upstream_connection_options", o -> true);
    return new Cluster(
        name,
        r.built(endpoints),
        r.built(balancing),
        connect,
        breakers,
        outliers,
        r.built(options));
  }

  private static EndpointSource endpoints(MessageReader r) {
    String kind =
        r.which("cluster_discovery_type").equals("cluster_type") ? "" : r.enumName("type");
    return switch (kind) {
      case "STATIC" -> {
        EndpointSource listed = r.message("load_assignment", EndpointDecoder::listed);
        yield r.need("load_assignment", listed);
      }
      case "EDS" ->
          r.need("eds_cluster_config", r.message("eds_cluster_config", ClusterDecoder::eds));
      case "" -> throw new Refusal();
      default -> {
        r.refuse("type", kind + " is not implemented", "use STATIC or EDS");
        r.accept("load_assignment");
        throw new Refusal();
      }
    };
  }

  private static EndpointSource eds(MessageReader r) {
    String serviceName = r.string("service_name");
    Duration timeout =
        r.message("eds_config", s -> Shared.adsSource(s, DynamicResources.DEFAULT_FETCH_TIMEOUT));
    return new EndpointSource.Eds(serviceName, r.need("eds_config", timeout));
  }

  private static LoadBalancing balancing(MessageReader r) {
    LoadBalancing.Policy policy =
        r.oneOf(
            "lb_policy",
            Map.of(
                "ROUND_ROBIN",
                new LoadBalancing.Policy.RoundRobin(),
                "LEAST_REQUEST",
                new LoadBalancing.Policy.LeastRequest(2),
                "RING_HASH",
                new LoadBalancing.Policy.RingHash(
                    LoadBalancing.Policy.RingHash.DEFAULT_MIN_SIZE,
                    LoadBalancing.Policy.RingHash.DEFAULT_MAX_SIZE,
                    false),
                "MAGLEV",
                new LoadBalancing.Policy.Maglev(
                    LoadBalancing.Policy.Maglev.DEFAULT_TABLE_SIZE, false)));
    Common common =
        r.message(
            "common_lb_config", new Common(50, false, false), ClusterDecoder::commonBalancing);
    boolean byHostname = common.byHostname;
    policy =
        switch (policy) {
          case null -> null;
          case LoadBalancing.Policy.RoundRobin plain -> {
            r.message("round_robin_lb_config", config -> true);
            yield plain;
          }
          case LoadBalancing.Policy.LeastRequest least ->
              r.message("least_request_lb_config", least, ClusterDecoder::leastRequest);
          case LoadBalancing.Policy.RingHash ring ->
              r.message(
                  "ring_hash_lb_config",
                  new LoadBalancing.Policy.RingHash(ring.minSize(), ring.maxSize(), byHostname),
                  config -> ringHash(config, byHostname));
          case LoadBalancing.Policy.Maglev maglev ->
              r.message(
                  "maglev_lb_config",
                  new LoadBalancing.Policy.Maglev(maglev.tableSize(), byHostname),
                  config ->
                      new LoadBalancing.Policy.Maglev(
                          config.wrappedSmall("table_size", maglev.tableSize()), byHostname));
        };
    return new LoadBalancing(r.built(policy), common.panicThreshold, common.localityWeighted);
  }

  private static LoadBalancing.Policy.LeastRequest leastRequest(MessageReader r) {
    return new LoadBalancing.Policy.LeastRequest(r.wrappedSmall("choice_count", 2));
  }

  private static LoadBalancing.Policy.RingHash ringHash(MessageReader r, boolean byHostname) {
    r.oneOf("hash_function", Map.of("XX_HASH", true));
    return new LoadBalancing.Policy.RingHash(
        r.wrappedInteger("minimum_ring_size", LoadBalancing.Policy.RingHash.DEFAULT_MIN_SIZE),
        r.wrappedInteger("maximum_ring_size", LoadBalancing.Policy.RingHash.DEFAULT_MAX_SIZE),
        byHostname);
  }

  private record Common(int panicThreshold, boolean localityWeighted, boolean byHostname) {}

  private static Common commonBalancing(MessageReader r) {
    int panic = (int) Math.round(r.percent("healthy_panic_threshold", 50));
    boolean weighted = r.which("locality_config_specifier").equals("locality_weighted_lb_config");
    if (weighted) {
      r.message("locality_weighted_lb_config", config -> true);
    }
    boolean byHostname =
        r.message("consistent_hashing_lb_config", false, c -> c.bool("use_hostname_for_hashing"));
    return new Common(panic, weighted, byHostname);
  }

  private static ClusterOptions options(MessageReader r, String name) {
    boolean controlPlane = r.options().controlPlaneClusters().contains(name);
    Metadata metadata = r.message("metadata", Metadata.EMPTY, Shared::metadata);
    UpstreamHttp http = UpstreamHttpDecoder.decode(r);
    TransportSockets.Up socket = TransportSockets.upstream(r);
    UpstreamTls tls = socket.tls();
    if (socket.proxyProtocol() != null && controlPlane) {
      r.refuse(
          "transport_socket",
          "PROXY protocol is not implemented for the clusters of the control plane's streams",
          "remove it");
    }
    if (tls != null && controlPlane) {
      ControlPlaneClusters.check(r, tls);
    }
    boolean lrs = r.message("lrs_server", false, ClusterDecoder::self);
    List<String> metrics = r.strings("lrs_report_endpoint_metrics");
    int buffer =
        r.wrappedSmall(
            "per_connection_buffer_limit_bytes", ListenerOptions.DEFAULT_BUFFER_LIMIT_BYTES);
    return new ClusterOptions(http, tls, socket.proxyProtocol(), lrs, metrics, buffer, metadata);
  }

  /** An LRS server that is the management server itself. */
  private static boolean self(MessageReader r) {
    r.accept("resource_api_version");
    Boolean self =
        r.message(
            "self",
            s -> {
              s.accept("transport_api_version");
              return true;
            });
    return r.need("self", self);
  }
}
