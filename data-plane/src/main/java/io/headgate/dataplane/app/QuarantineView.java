package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.OutlierState;
import io.headgate.dataplane.xds.status.ProxyFacts;
import io.headgate.xds.model.cluster.OutlierDetection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Tells which hosts of a cluster are ejected, why, and for how long. */
final class QuarantineView {
  private QuarantineView() {}

  static void of(Cluster cluster, List<ProxyFacts.Quarantined> into) {
    OutlierDetection rules = cluster.config().outlierDetection();
    if (rules == null) {
      return;
    }
    for (Host host : cluster.hosts().hosts()) {
      OutlierState state = host.endpoint().outlier();
      if (state.isEjected()) {
        Instant since = Instant.now().minusNanos(System.nanoTime() - state.ejectedAtNanos());
        into.add(
            new ProxyFacts.Quarantined(
                cluster.name(),
                host.endpoint().text(),
                state.reason(),
                since,
                since.plus(length(rules.ejection(), state.backoffs()))));
      }
    }
  }

  private static Duration length(OutlierDetection.Ejection rules, int times) {
    Duration length = rules.baseTime().multipliedBy(Math.max(1, times));
    return length.compareTo(rules.maxTime()) > 0 ? rules.maxTime() : length;
  }
}
