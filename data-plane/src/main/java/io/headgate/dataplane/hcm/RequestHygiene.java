package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.ForwardedRules;
import io.headgate.xds.model.HttpRules;
import io.headgate.xds.model.RequestIdRules;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What every request gets before anything reads it: a normal path and host, forwarding headers that
 * can be believed, a request id. Connection headers are gone already, the codec took them.
 *
 * <p>An edge (the peer is the client) forgets everything that a client may not say of itself;
 * otherwise the peer is a trusted hop and its headers stand, as in Envoy.
 */
final class RequestHygiene {
  private static final byte[] INTERNAL_PREFIX = {'x', '-', 'e', 'n', 'v', 'o', 'y', '-'};
  private static final HeaderName[] CLIENT_MAY_NOT = {
    HeaderNames.X_FORWARDED_FOR,
    HeaderNames.X_FORWARDED_PROTO,
    HeaderNames.X_FORWARDED_HOST,
    HeaderNames.X_FORWARDED_PORT,
    HeaderNames.FORWARDED,
    HeaderNames.X_REAL_IP
  };

  private RequestHygiene() {}

  /** Cleans a head; returns an answer when the request must go no further. */
  static @Nullable LocalReply apply(
      RequestHead head, ConnectionInfo connection, HcmSettings settings) {
    HttpRules rules = settings.rules();
    LocalReply refused = PathNormaliser.apply(head, rules.path());
    if (refused != null) {
      return refused;
    }
    Authorities.apply(head, rules.path());
    boolean edge = forward(head, connection, rules.forwarded());
    requestId(head.headers(), rules.requestId(), edge);
    if (!rules.forwarded().via().isEmpty()) {
      append(head.headers(), HeaderNames.VIA, rules.forwarded().via(), ", ");
    }
    if (rules.addUserAgent()) {
      head.headers().set(HeaderNames.X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER, settings.localCluster());
      if (!head.headers().contains(HeaderNames.USER_AGENT)) {
        head.headers().set(HeaderNames.USER_AGENT, settings.localCluster());
      }
    }
    return null;
  }

  /** Sets the forwarding headers and returns whether the peer is the client itself. */
  private static boolean forward(
      RequestHead head, ConnectionInfo connection, ForwardedRules rules) {
    HeaderBlock headers = head.headers();
    String transport = connection.tls() == null ? "http" : "https";
    boolean edge = rules.useRemoteAddress() && rules.xffNumTrustedHops() == 0;
    if (edge) {
      for (HeaderName name : CLIENT_MAY_NOT) {
        headers.remove(name);
      }
      removeInternal(headers);
      headers.add(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS, connection.remoteHost());
    }
    if (rules.useRemoteAddress() && !rules.skipXffAppend()) {
      append(headers, HeaderNames.X_FORWARDED_FOR, connection.remoteHost(), ",");
    }
    int proto = headers.find(HeaderNames.X_FORWARDED_PROTO, 0);
    if (proto < 0) {
      headers.add(HeaderNames.X_FORWARDED_PROTO, transport);
      head.scheme(transport);
    } else if (headers.valueEqualsIgnoreCase(proto, "https")) {
      head.scheme("https");
    } else if (headers.valueEqualsIgnoreCase(proto, "http")) {
      head.scheme("http");
    }
    return edge;
  }

  private static void removeInternal(HeaderBlock headers) {
    byte[] bytes = headers.array();
    for (int i = headers.size() - 1; i >= 0; i--) {
      int at = headers.nameOffset(i);
      if (headers.nameLength(i) > INTERNAL_PREFIX.length
          && Arrays.equals(
              bytes, at, at + INTERNAL_PREFIX.length, INTERNAL_PREFIX, 0, INTERNAL_PREFIX.length)) {
        headers.removeAt(i);
      }
    }
  }

  private static void requestId(HeaderBlock headers, RequestIdRules rules, boolean edge) {
    boolean there = headers.contains(HeaderNames.X_REQUEST_ID);
    if (there && edge && !rules.preserveExternal()) {
      headers.remove(HeaderNames.X_REQUEST_ID);
      there = false;
    }
    if (!there && rules.generate()) {
      headers.add(HeaderNames.X_REQUEST_ID, RequestIds.next());
    }
  }

  /** Appends to a list header, or sets it. */
  static void append(HeaderBlock headers, HeaderName name, String value, String separator) {
    String before = headers.joined(name);
    headers.set(name, before == null || before.isEmpty() ? value : before + separator + value);
  }
}
