package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.CidrRange;
import io.headgate.xds.model.ForwardedRules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers about the way of a request before this proxy: who the client is, what may be believed
 * of it, and whether the request is an internal one.
 *
 * <p>The rules are Envoy's (its page "HTTP header manipulation", {@code x-forwarded-for} and {@code
 * x-envoy-internal}), but one is stricter: where the peer is the client itself, everything that it
 * says of hops before it is forgotten instead of extended.
 */
final class ForwardedHeaders {
  private static final byte[] ENVOY_PREFIX = {'x', '-', 'e', 'n', 'v', 'o', 'y', '-'};

  /** Claims about earlier hops, which a client cannot have had. */
  private static final HeaderName[] CLAIMS = {
    HeaderNames.X_FORWARDED_FOR,
    HeaderNames.X_FORWARDED_PROTO,
    HeaderNames.X_FORWARDED_HOST,
    HeaderNames.X_FORWARDED_PORT,
    HeaderNames.FORWARDED,
    HeaderNames.X_REAL_IP
  };

  /** What only internal requests may ask of a proxy. */
  private static final HeaderName[] INTERNAL_ONLY = {
    HeaderNames.X_ENVOY_RETRY_ON,
    HeaderNames.X_ENVOY_RETRY_GRPC_ON,
    HeaderNames.X_ENVOY_MAX_RETRIES,
    HeaderNames.X_ENVOY_RETRIABLE_STATUS_CODES,
    HeaderNames.X_ENVOY_RETRIABLE_HEADER_NAMES,
    HeaderNames.X_ENVOY_UPSTREAM_ALT_STAT_NAME,
    HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
    HeaderNames.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
    HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_ALT_RESPONSE,
    HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
    HeaderNames.X_ENVOY_FORCE_TRACE,
    HeaderNames.X_ENVOY_IP_TAGS,
    HeaderNames.X_ENVOY_HEDGE_ON_PER_TRY_TIMEOUT
  };

  private ForwardedHeaders() {}

  /**
   * Sets the headers.
   *
   * @return whether the request enters the own network here: it is no internal one and the listener
   *     uses the remote address
   */
  static boolean apply(RequestHead head, ConnectionInfo connection, ForwardedRules rules) {
    HeaderBlock headers = head.headers();
    boolean single;
    String client;
    if (rules.useRemoteAddress()) {
      if (rules.xffNumTrustedHops() == 0) {
        for (HeaderName name : CLAIMS) {
          headers.remove(name);
        }
      }
      single = !headers.contains(HeaderNames.X_FORWARDED_FOR);
      String named =
          rules.xffNumTrustedHops() == 0 ? null : fromLast(headers, rules.xffNumTrustedHops() - 1);
      client = named == null ? connection.remoteHost() : named;
      if (!rules.skipXffAppend()) {
        RequestHygiene.append(headers, HeaderNames.X_FORWARDED_FOR, connection.remoteHost(), ",");
      }
    } else {
      String list = headers.joined(HeaderNames.X_FORWARDED_FOR);
      single = list != null && list.indexOf(',') < 0;
      client = list == null ? null : fromLast(headers, rules.xffNumTrustedHops());
    }
    scheme(head, connection, rules);
    boolean internal = single && client != null && isInternal(client, rules.internal());
    boolean edge = !internal && rules.useRemoteAddress();
    if (internal) {
      headers.set(HeaderNames.X_ENVOY_INTERNAL, "true");
    } else if (edge) {
      removeAllOfEnvoy(headers);
      headers.set(
          HeaderNames.X_ENVOY_EXTERNAL_ADDRESS, client == null ? connection.remoteHost() : client);
    } else {
      headers.remove(HeaderNames.X_ENVOY_INTERNAL);
      for (HeaderName name : INTERNAL_ONLY) {
        headers.remove(name);
      }
    }
    return edge;
  }

  private static void scheme(RequestHead head, ConnectionInfo connection, ForwardedRules rules) {
    HeaderBlock headers = head.headers();
    String transport = connection.tls() == null ? "http" : "https";
    int proto = headers.find(HeaderNames.X_FORWARDED_PROTO, 0);
    if (proto < 0) {
      headers.add(HeaderNames.X_FORWARDED_PROTO, transport);
      head.scheme(transport);
    } else if (headers.valueEqualsIgnoreCase(proto, "https")) {
      head.scheme("https");
    } else if (headers.valueEqualsIgnoreCase(proto, "http")) {
      head.scheme("http");
    }
    if (rules.appendPort()
        && !headers.contains(HeaderNames.X_FORWARDED_PORT)
        && connection.local() instanceof InetSocketAddress local) {
      headers.set(HeaderNames.X_FORWARDED_PORT, local.getPort());
    }
  }

  /**
   * Returns the address that many entries before the last of x-forwarded-for, null if there is
   * none.
   */
  private static @Nullable String fromLast(HeaderBlock headers, int before) {
    String list = headers.joined(HeaderNames.X_FORWARDED_FOR);
    if (list == null) {
      return null;
    }
    String[] entries = list.split(",", -1);
    if (entries.length <= before) {
      return null;
    }
    String entry = entries[entries.length - 1 - before].strip();
    return literal(entry) == null ? null : entry;
  }

  private static boolean isInternal(String client, List<CidrRange> ranges) {
    if (ranges.isEmpty()) {
      return false;
    }
    InetAddress address = literal(client);
    if (address == null) {
      return false;
    }
    for (CidrRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void removeAllOfEnvoy(HeaderBlock headers) {
    byte[] bytes = headers.array();
    for (int i = headers.size() - 1; i >= 0; i--) {
      int at = headers.nameOffset(i);
      if (headers.nameLength(i) > ENVOY_PREFIX.length
          && Arrays.equals(
              bytes, at, at + ENVOY_PREFIX.length, ENVOY_PREFIX, 0, ENVOY_PREFIX.length)) {
        headers.removeAt(i);
      }
    }
  }
}
