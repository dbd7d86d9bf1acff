package io.headgate.dataplane.hcm;

import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.listener.ClientLimits;
import io.headgate.xds.model.listener.ListenerOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a connection manager in the form that streams use. Immutable.
 *
 * @param localCluster {@code node.cluster}, for {@code add_user_agent}
 */
public record HcmSettings(
    HttpRules rules,
    HcmTimeouts timeouts,
    H1Settings http1,
    HcmMeters meters,
    StreamTelemetry telemetry,
    String localCluster,
    Limits limits) {

  /**
   * Bounds of streams and connections.
   *
   * @param buffer what a stream may keep of a body, in bytes
   * @param requestsPerConnection then the connection closes; 0 for no limit
   * @param requestRate of a connection; null for no limit
   */
  public record Limits(
      int buffer,
      int requestsPerConnection,
      ClientLimits.@Nullable Rate requestRate,
      Pressure pressure) {}

  /** The access logs. */
  public List<AccessLogger> accessLogs() {
    return telemetry.accessLogs();
  }

  /** Takes the options from a config. */
  public static HcmSettings of(
      HttpConnectionManager config,
      HcmMeters meters,
      StreamTelemetry telemetry,
      String localCluster,
      ListenerOptions listener,
      Pressure pressure) {
    HttpRules rules = config.rules();
    H1Settings http1 =
        new H1Settings(
            config.limits().maxRequestHeadersKb() * 1024,
            config.limits().maxHeadersCount(),
            switch (rules.underscoreHeaders()) {
              case ALLOW -> H1Settings.Underscores.ALLOW;
              case REJECT_REQUEST -> H1Settings.Underscores.REJECT;
              case DROP_HEADER -> H1Settings.Underscores.DROP;
            },
            config.timeouts().requestHeaders().toNanos(),
            config.timeouts().connection().delayedClose().toNanos(),
            rules.protocols().http1());
    return new HcmSettings(
        rules,
        HcmTimeouts.of(config.timeouts()),
        http1,
        meters,
        telemetry,
        localCluster,
        new Limits(
            listener.perConnectionBufferLimitBytes(),
            config.limits().maxRequestsPerConnection(),
            listener.accept().clientLimits().requestRate(),
            listener.accept().bypassOverload() ? Pressure.NONE : pressure));
  }
}
