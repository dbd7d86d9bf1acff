package io.headgate.dataplane.tcpproxy;

import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.TcpProxy;
import java.util.List;
import java.util.random.RandomGenerator;

/** One generation of a TCP proxy: what connections are pinned to from their start. Immutable. */
public final class TcpTemplate {
  final TcpProxy config;
  final TcpServices services;
  final TcpMeters meters;
  final List<AccessLogger> accessLogs;
  private final long totalWeight;

  /**
   * Makes the template of a config.
   *
   * @param scope {@code tcp.<stat_prefix>}
   */
  public TcpTemplate(
      TcpProxy config, TcpServices services, Scope scope, List<AccessLogger> accessLogs) {
    this.config = config;
    this.services = services;
    this.meters = new TcpMeters(scope);
    this.accessLogs = List.copyOf(accessLogs);
    totalWeight = config.clusters().stream().mapToLong(TcpProxy.Share::weight).sum();
  }

  /** Draws a cluster by weight. */
  String cluster(RandomGenerator random) {
    List<TcpProxy.Share> shares = config.clusters();
    if (shares.size() == 1) {
      return shares.getFirst().cluster();
    }
    long drawn = random.nextLong(totalWeight);
    for (TcpProxy.Share share : shares) {
      drawn -= share.weight();
      if (drawn < 0) {
        return share.cluster();
      }
    }
    throw new AssertionError("what is drawn is below the sum of all weights");
  }
}
