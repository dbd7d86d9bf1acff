package io.headgate.xds.model;

import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.List;

/**
 * The network filter that joins a connection with one to a host of a cluster, byte by byte.
 *
 * @param clusters one of them is drawn by weight for each connection
 * @param timeouts how long a connection lives
 * @param maxConnectAttempts how many hosts are tried
 * @param accessLogs one line for each connection, when it ends
 */
public record TcpProxy(
    String statPrefix,
    List<Share> clusters,
    Timeouts timeouts,
    int maxConnectAttempts,
    List<AccessLog> accessLogs)
    implements TerminalFilter {
  /** How long a connection stays when no byte passes: 1 h. */
  public static final Duration DEFAULT_IDLE = Duration.ofHours(1);

  /** A cluster and its weight among the others. */
  public record Share(String cluster, long weight) {
    public Share {
      Checks.notEmpty(cluster, "cluster");
      Checks.require(
          weight >= 1 && weight <= 0xFFFF_FFFFL, "weight must be within 1.." + 0xFFFF_FFFFL);
    }
  }

  /**
   * How long a connection lives.
   *
   * @param idle without a byte in either direction; zero for no limit
   * @param connection from its beginning; zero for no limit
   */
  public record Timeouts(Duration idle, Duration connection) {
    public Timeouts {
      Checks.notNegative(idle, "idle_timeout");
      Checks.notNegative(connection, "max_downstream_connection_duration");
    }
  }

  public TcpProxy {
    Checks.notEmpty(statPrefix, "stat_prefix");
    Checks.require(!clusters.isEmpty(), "a tcp_proxy needs a cluster");
    // The weight of one cluster says nothing.
    clusters =
        clusters.size() == 1
            ? List.of(new Share(clusters.getFirst().cluster(), 1))
            : List.copyOf(clusters);
    Checks.require(
        clusters.stream().mapToLong(Share::weight).sum() <= 0xFFFF_FFFFL,
        "the sum of weights must fit 32 bits");
    Checks.atLeast(maxConnectAttempts, 1, "max_connect_attempts");
    accessLogs = List.copyOf(accessLogs);
  }
}
