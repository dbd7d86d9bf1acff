package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.PeerCertificate;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.ClientCertRules.Detail;
import io.headgate.xds.model.http.ClientCertRules.Mode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of the certificate that its client showed, in Envoy's form, and whether it is
 * for the server that was asked for with it.
 */
final class ClientCertificates {
  private static final HeaderName X_FORWARDED_CLIENT_CERT =
      HeaderName.of("x-forwarded-client-cert");
  private static final LocalReply MISDIRECTED =
      LocalReply.of(421, "Misdirected Request", "misdirected_request");

  private ClientCertificates() {}

  /**
   * Returns an answer when a connection that client certificates open is used for another server
   * than it asked for: the rules of that one may be others (RFC 9110 §15.5.20).
   */
  static @Nullable LocalReply misdirected(RequestHead head, ConnectionInfo.@Nullable Tls tls) {
    if (tls == null || !tls.mutual() || tls.serverName() == null) {
      return null;
    }
    String authority = head.authority();
    return authority == null || host(authority).equalsIgnoreCase(withoutDot(tls.serverName()))
        ? null
        : MISDIRECTED;
  }

  private static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    return withoutDot(
        colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority);
  }

  private static String withoutDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** Sets, keeps or removes the header. */
  static void apply(HeaderBlock headers, ConnectionInfo.@Nullable Tls tls, ClientCertRules rules) {
    if (rules.mode() == Mode.ALWAYS_FORWARD_ONLY) {
      return;
    }
    PeerCertificate peer = tls == null ? null : tls.peer();
    if (tls == null || peer == null || rules.mode() == Mode.SANITIZE) {
      headers.remove(X_FORWARDED_CLIENT_CERT);
      return;
    }
    switch (rules.mode()) {
      case SANITIZE, FORWARD_ONLY, ALWAYS_FORWARD_ONLY -> {}
      case APPEND_FORWARD ->
          RequestHygiene.append(headers, X_FORWARDED_CLIENT_CERT, text(tls, peer, rules), ",");
      case SANITIZE_SET -> headers.set(X_FORWARDED_CLIENT_CERT, text(tls, peer, rules));
    }
  }

  private static String text(ConnectionInfo.Tls tls, PeerCertificate peer, ClientCertRules rules) {
    List<String> parts = new ArrayList<>();
    if (tls.own() != null) {
      PeerCertificate.uris(tls.own()).forEach(uri -> parts.add("By=" + uri));
    }
    parts.add("Hash=" + peer.fingerprint());
    for (Detail detail : Detail.values()) {
      if (rules.details().contains(detail)) {
        add(detail, peer, parts);
      }
    }
    return String.join(";", parts);
  }

  private static void add(Detail detail, PeerCertificate peer, List<String> parts) {
    switch (detail) {
      case CERT -> parts.add("Cert=\"" + peer.encoded() + '"');
      case CHAIN -> parts.add("Chain=\"" + peer.encodedChain() + '"');
      case SUBJECT -> parts.add("Subject=\"" + quoted(peer.subject()) + '"');
      case URI -> {
        if (peer.uris().isEmpty()) {
          parts.add("URI=");
        }
        peer.uris().forEach(uri -> parts.add("URI=" + uri));
      }
      case DNS -> peer.dnsNames().forEach(name -> parts.add("DNS=" + name));
    }
  }

  /** A quote inside would end the value; what no header may hold does not leave. */
  private static String quoted(String subject) {
    StringBuilder text = new StringBuilder(subject.length());
    for (int i = 0; i < subject.length(); i++) {
      char c = subject.charAt(i);
      if (c == '"') {
        text.append('\\');
      }
      text.append(c < ' ' || c > '~' ? '?' : c);
    }
    return text.toString();
  }
}
