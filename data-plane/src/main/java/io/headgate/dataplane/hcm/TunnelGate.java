package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.Upgrades;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets through the requests for tunnels that the config allows, and counts them apart from other
 * requests: from the moment that one is allowed to the end of its stream, as Envoy does. Every
 * other upgrade and CONNECT is answered 403, whether or not a route would take it.
 *
 * <p><b>Thread:</b> the stream's event loop.
 */
final class TunnelGate {
  private static final LocalReply REFUSED =
      new LocalReply(403, "", "upgrade_failed", null, List.of());

  private final HcmSettings settings;
  private boolean counted;

  TunnelGate(HcmSettings settings) {
    this.settings = settings;
  }

  /** Returns null for ordinary requests and allowed ones, else the answer. */
  @Nullable LocalReply judge(RequestHead head, @Nullable StreamRoute route) {
    if (!head.asksForTunnel()) {
      return null;
    }
    String token = head.upgrade();
    Upgrades ofRoute = route == null ? Upgrades.NONE : route.upgrades();
    HcmMeters meters = settings.meters();
    if (!settings
        .rules()
        .protocols()
        .upgrades()
        .allows(token == null ? Upgrades.CONNECT : token, ofRoute)) {
      meters.upgradesRefused.add();
      return REFUSED;
    }
    counted = true;
    meters.upgrades.add();
    meters.upgradesActive.add();
    return null;
  }

  /** The stream is over. */
  void close() {
    if (counted) {
      counted = false;
      settings.meters().upgradesActive.sub();
    }
  }
}
