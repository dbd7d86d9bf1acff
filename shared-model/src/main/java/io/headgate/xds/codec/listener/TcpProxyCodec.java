package io.headgate.xds.codec.listener;

import com.google.protobuf.UInt64Value;
import io.headgate.xds.codec.accesslog.AccessLogDecoder;
import io.headgate.xds.codec.accesslog.AccessLogEncoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.listener.AccessLog;
import java.time.Duration;
import java.util.List;

/** Decodes and encodes the network filters that know nothing of HTTP. */
final class TcpProxyCodec {
  private TcpProxyCodec() {}

  static TcpProxy decode(MessageReader r) {
    String prefix = r.string("stat_prefix");
    List<TcpProxy.Share> shares = r.build(() -> shares(r));
    Duration idle = r.duration("idle_timeout", TcpProxy.DEFAULT_IDLE);
    Duration connection = r.duration("max_downstream_connection_duration", Duration.ZERO);
    int attempts = r.wrappedSmall("max_connect_attempts", 1);
    List<AccessLog> logs = r.list("access_log", AccessLogDecoder::decode);
    return new TcpProxy(
        prefix, r.built(shares), new TcpProxy.Timeouts(idle, connection), attempts, logs);
  }

  private static List<TcpProxy.Share> shares(MessageReader r) {
    return switch (r.which("cluster_specifier")) {
      case "cluster" -> List.of(new TcpProxy.Share(r.string("cluster"), 1));
      case "weighted_clusters" ->
          r.need(
              "weighted_clusters",
              r.message(
                  "weighted_clusters",
                  w ->
                      w.list(
                          "clusters",
                          c -> new TcpProxy.Share(c.string("name"), c.integer("weight")))));
      default -> throw new Refusal();
    };
  }

  static io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy encode(
      TcpProxy proxy) {
    var builder =
        io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.newBuilder()
            .setStatPrefix(proxy.statPrefix())
            .setIdleTimeout(Protos.duration(proxy.timeouts().idle()))
            .setMaxConnectAttempts(Protos.uint32(proxy.maxConnectAttempts()));
    if (proxy.clusters().size() == 1) {
      builder.setCluster(proxy.clusters().getFirst().cluster());
    } else {
      for (TcpProxy.Share share : proxy.clusters()) {
        builder
            .getWeightedClustersBuilder()
            .addClustersBuilder()
            .setName(share.cluster())
            .setWeight((int) share.weight());
      }
    }
    if (!proxy.timeouts().connection().isZero()) {
      builder.setMaxDownstreamConnectionDuration(Protos.duration(proxy.timeouts().connection()));
    }
    proxy.accessLogs().forEach(log -> builder.addAccessLog(AccessLogEncoder.encode(log)));
    return builder.build();
  }

  static ConnectionLimit limit(MessageReader r) {
    r.message(
        "runtime_enabled",
        flag -> {
          flag.onlyBool("default_value", true);
          return flag.string("runtime_key").isEmpty();
        });
    long most = r.wrappedInteger("max_connections", 0);
    if (!r.has("max_connections")) {
      r.need("max_connections", null);
    }
    return new ConnectionLimit(r.string("stat_prefix"), most, r.duration("delay", Duration.ZERO));
  }

  static io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit encode(
      ConnectionLimit limit) {
    var builder =
        io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit
            .newBuilder()
            .setStatPrefix(limit.statPrefix())
            .setMaxConnections(UInt64Value.of(limit.maxConnections()));
    if (!limit.delay().isZero()) {
      builder.setDelay(Protos.duration(limit.delay()));
    }
    return builder.build();
  }
}
