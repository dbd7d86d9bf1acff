package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.cluster.OutlierDetection.Consecutive;
import io.headgate.xds.model.cluster.OutlierDetection.Ejection;
import java.time.Duration;

/** Decodes passive health checks: the consecutive kinds. */
final class OutlierDetectionDecoder {
  private OutlierDetectionDecoder() {}

  static OutlierDetection decode(MessageReader r) {
    OutlierDetection defaults = OutlierDetection.DEFAULT;
    // The statistical kinds do not exist here: they may be switched off by name, not on.
    r.onlyInteger("enforcing_success_rate", 0);
    r.onlyInteger("enforcing_local_origin_success_rate", 0);
    r.onlyInteger("enforcing_failure_percentage", 0);
    r.onlyInteger("enforcing_failure_percentage_local_origin", 0);
    return new OutlierDetection(
        consecutive(r, "consecutive_5xx", "enforcing_consecutive_5xx", defaults.serverErrors()),
        consecutive(
            r,
            "consecutive_gateway_failure",
            "enforcing_consecutive_gateway_failure",
            defaults.gatewayFailures()),
        consecutive(
            r,
            "consecutive_local_origin_failure",
            "enforcing_consecutive_local_origin_failure",
            defaults.localOriginFailures()),
        r.bool("split_external_local_origin_errors"),
        ejection(r));
  }

  private static Consecutive consecutive(
      MessageReader r, String threshold, String enforcing, Consecutive defaults) {
    return new Consecutive(
        r.wrappedSmall(threshold, defaults.threshold()),
        r.wrappedSmall(enforcing, defaults.enforcingPercent()));
  }

  private static Ejection ejection(MessageReader r) {
    Ejection defaults = Ejection.DEFAULT;
    Duration base = r.duration("base_ejection_time", defaults.baseTime());
    // Without a maximum of its own it is 300 s, or the base time when that is longer.
    Duration atLeast = base.compareTo(defaults.maxTime()) > 0 ? base : defaults.maxTime();
    return new Ejection(
        r.duration("interval", defaults.interval()),
        base,
        r.duration("max_ejection_time", atLeast),
        r.wrappedSmall("max_ejection_percent", defaults.maxPercent()),
        r.wrappedBool("always_eject_one_host", defaults.alwaysEjectOneHost()),
        r.duration("max_ejection_time_jitter", defaults.maxTimeJitter()));
  }
}
