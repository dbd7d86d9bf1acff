package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.RequestIdRules;
import org.jspecify.annotations.Nullable;

/**
 * What every request gets before anything reads it: a normal path and host, forwarding headers that
 * can be believed, a request id. Connection headers are gone already, the codec took them.
 */
final class RequestHygiene {
  private static final LocalReply NO_PATH = LocalReply.of(404, "", "absolute_path_rejected");

  private RequestHygiene() {}

  /** Cleans a head; returns an answer when the request must go no further. */
  static @Nullable LocalReply apply(
      RequestHead head, ConnectionInfo connection, HcmSettings settings, StreamInfo info) {
    HttpRules rules = settings.rules();
    if (head.headers().array()[head.pathOffset()] != '/' && !head.method().equals(Method.CONNECT)) {
      return NO_PATH; // OPTIONS *: no route is about it
    }
    LocalReply refused = PathNormaliser.apply(head, rules.path());
    if (refused != null) {
      return refused;
    }
    Authorities.apply(head, rules.path(), connection.local());
    LocalReply misdirected = ClientCertificates.misdirected(head, connection.tls());
    if (misdirected != null) {
      return misdirected;
    }
    ClientCertificates.apply(head.headers(), connection.tls(), rules.clientCert());
    Forwarding.Origin origin = Forwarding.apply(head, connection, rules.forwarded());
    info.clientAddress = origin.client();
    requestId(head.headers(), rules.requestId(), origin.edge());
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

  private static void requestId(HeaderBlock headers, RequestIdRules rules, boolean edge) {
    int first = headers.find(HeaderNames.X_REQUEST_ID, 0);
    boolean there = first >= 0;
    if (there) {
      onlyFirst(headers, first);
    }
    if (there && edge && !rules.preserveExternal()) {
      headers.remove(HeaderNames.X_REQUEST_ID);
      there = false;
    }
    if (!there && rules.generate()) {
      headers.add(HeaderNames.X_REQUEST_ID, RequestIds.next());
    }
  }

  /** A request has one id; further ones would let readers disagree about it. */
  private static void onlyFirst(HeaderBlock headers, int first) {
    int next = headers.find(HeaderNames.X_REQUEST_ID, first + 1);
    while (next >= 0) {
      headers.removeAt(next);
      next = headers.find(HeaderNames.X_REQUEST_ID, first + 1);
    }
  }

  /** Appends to a list header, or sets it. */
  static void append(HeaderBlock headers, HeaderName name, String value, String separator) {
    String before = headers.joined(name);
    headers.set(name, before == null || before.isEmpty() ? value : before + separator + value);
  }
}
