package io.headgate.xds.model.cluster;

import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a cluster's connections, and facts about it.
 *
 * @param tls null for plain text
 * @param proxyProtocol how hosts are told who the client is, before all else; null for not
 * @param lrsSelf whether load is reported to the server that sent the cluster
 * @param lrsMetrics backend metrics to report with the load: "cpu_utilization", "mem_utilization",
 *     "application_utilization", "named_metrics.x" or "named_metrics.*"
 * @param perConnectionBufferLimitBytes soft limit of what one connection may buffer, 1 MiB by
 *     default
 */
public record ClusterOptions(
    UpstreamHttp http,
    @Nullable UpstreamTls tls,
    @Nullable UpstreamProxyProtocol proxyProtocol,
    boolean lrsSelf,
    List<String> lrsMetrics,
    int perConnectionBufferLimitBytes,
    Metadata metadata) {
  /** What a backend says of its own load. */
  public static final List<String> UTILISATION_METRICS =
      List.of("application_utilization", "cpu_utilization", "mem_utilization", "named_metrics.*");

  public static final ClusterOptions DEFAULT =
      new ClusterOptions(
          UpstreamHttp.DEFAULT,
          null,
          false,
          List.of(),
          ListenerOptions.DEFAULT_BUFFER_LIMIT_BYTES,
          Metadata.EMPTY);

  public ClusterOptions {
    lrsMetrics = List.copyOf(lrsMetrics);
    Checks.atLeast(perConnectionBufferLimitBytes, 1, "per_connection_buffer_limit_bytes");
  }

  /** Options of hosts that are not told who the client is. */
  public ClusterOptions(
      UpstreamHttp http,
      @Nullable UpstreamTls tls,
      boolean lrsSelf,
      List<String> lrsMetrics,
      int perConnectionBufferLimitBytes,
      Metadata metadata) {
    this(http, tls, null, lrsSelf, lrsMetrics, perConnectionBufferLimitBytes, metadata);
  }

  /** Options that report the usual utilisation figures with the load when load is reported. */
  public ClusterOptions(
      UpstreamHttp http,
      @Nullable UpstreamTls tls,
      boolean lrsSelf,
      int perConnectionBufferLimitBytes,
      Metadata metadata) {
    this(
        http,
        tls,
        lrsSelf,
        lrsSelf ? UTILISATION_METRICS : List.of(),
        perConnectionBufferLimitBytes,
        metadata);
  }
}
