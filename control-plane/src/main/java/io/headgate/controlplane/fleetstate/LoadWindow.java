package io.headgate.controlplane.fleetstate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the proxies of one replica reported of their hosts within one window, added up.
 *
 * @param endedAt the end of the window
 * @param length its length, five seconds as a rule
 * @param hosts one entry for each host that was reported
 */
public record LoadWindow(Instant endedAt, Duration length, List<HostLoad> hosts) {
  public LoadWindow {
    hosts = List.copyOf(hosts);
  }

  /**
   * The load of one host.
   *
   * @param cluster the cluster's name
   * @param address {@code ip:port}
   * @param requests how many there were
   * @param metrics named ORCA metrics, added up
   * @param proxies distinct proxies that reported
   */
  public record HostLoad(
      String cluster,
      String address,
      Requests requests,
      Map<String, MetricSum> metrics,
      int proxies) {
    public HostLoad {
      metrics = Map.copyOf(metrics);
    }
  }

  /** Counts of one window; {@code inProgress} is the state at its end. */
  public record Requests(long issued, long succeeded, long failed, long inProgress) {}

  /** A sum and how many values went into it. */
  public record MetricSum(long count, double sum) {}
}
