package io.headgate.dataplane.app;

import io.headgate.dataplane.observe.Meters;

/** What is in flight at all listeners, tunnels apart from requests. Thread: any. */
final class Traffic {
  private final Meters meters;

  Traffic(Meters meters) {
    this.meters = meters;
  }

  /** Open upgrades and CONNECTs. */
  long tunnels() {
    return sum(".downstream_cx_upgrades_active");
  }

  /** Requests that are not answered whole. */
  long requests() {
    return Math.max(0, sum(".downstream_rq_active") - tunnels());
  }

  private long sum(String end) {
    long sum = 0;
    for (Meters.Meter meter : meters.all()) {
      if (meter instanceof Meters.GaugeMeter gauge
          && gauge.name().startsWith("http.")
          && gauge.name().endsWith(end)) {
        sum += gauge.gauge().value();
      }
    }
    return sum;
  }
}
