package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.PathRules;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Takes ports and trailing dots off the authority, where the config says so. A matching port is the
 * listener's own.
 */
final class Authorities {
  private Authorities() {}

  static void apply(RequestHead head, PathRules rules, SocketAddress local) {
    if (!rules.stripAnyHostPort()
        && !rules.stripMatchingHostPort()
        && !rules.stripTrailingHostDot()) {
      return;
    }
    String authority = head.authority();
    int colon = authority.lastIndexOf(':');
    if (colon < authority.lastIndexOf(']')) {
      colon = -1;
    }
    if (colon >= 0 && !isPort(authority, colon + 1)) {
      colon = -1;
    }
    String host = colon < 0 ? authority : authority.substring(0, colon);
    String port = colon < 0 ? "" : authority.substring(colon);
    if (rules.stripTrailingHostDot() && host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    if (rules.stripAnyHostPort()
        || (rules.stripMatchingHostPort()
            && local instanceof InetSocketAddress listens
            && port.equals(":" + listens.getPort()))) {
      port = "";
    }
    if (host.length() + port.length() != authority.length()) {
      head.authority(host + port);
    }
  }

  private static boolean isPort(String authority, int from) {
    for (int i = from; i < authority.length(); i++) {
      if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
        return false;
      }
    }
    return from < authority.length();
  }
}
