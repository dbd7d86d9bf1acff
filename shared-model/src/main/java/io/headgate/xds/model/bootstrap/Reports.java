package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy reports by itself.
 *
 * @param loadStats where load reports go; null for none
 * @param metrics where metrics go; null for none
 */
public record Reports(@Nullable GrpcApi loadStats, @Nullable MetricsSink metrics) {
  public static final Reports NONE = new Reports(null, null);

  /**
   * Metrics by OTLP over gRPC.
   *
   * @param cluster of the collector
   */
  public record MetricsSink(String cluster, Duration interval) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    public MetricsSink {
      Checks.notEmpty(cluster, "cluster_name");
      Checks.positive(interval, "stats_flush_interval");
    }
  }
}
