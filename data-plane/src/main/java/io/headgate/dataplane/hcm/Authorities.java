package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.PathRules;

/** Takes ports and trailing dots off the authority, where the config says so. */
final class Authorities {
  private Authorities() {}

  static void apply(RequestHead head, PathRules rules) {
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
    String host = colon < 0 ? authority : authority.substring(0, colon);
    String port = colon < 0 ? "" : authority.substring(colon);
    if (rules.stripTrailingHostDot() && host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    if (rules.stripAnyHostPort()
        || (rules.stripMatchingHostPort()
            && port.equals(head.scheme().equals("https") ? ":443" : ":80"))) {
      port = "";
    }
    if (host.length() + port.length() != authority.length()) {
      head.authority(host + port);
    }
  }
}
