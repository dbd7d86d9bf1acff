package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.ForwardedRules;
import io.headgate.xds.model.value.CidrRange;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, and which of its headers about that can be believed. Three kinds of peers:
 *
 * <ul>
 *   <li>the client itself ({@code use_remote_address} without trusted hops): everything that a
 *       client may not say of itself is forgotten;
 *   <li>a trusted hop ({@code use_remote_address} with trusted hops, or without it): its forwarding
 *       headers stand, {@code x-envoy-*} that steer the router do not;
 *   <li>an internal address that came directly: all of its headers stand.
 * </ul>
 *
 * <p>Which headers go is what Envoy 1.40 was seen to do, except that it keeps {@code Forwarded},
 * {@code X-Real-IP}, {@code X-Forwarded-Host} and earlier entries of {@code X-Forwarded-For} of a
 * client.
 */
final class Forwarding {
  private static final byte[] PREFIX = {'x', '-', 'e', 'n', 'v', 'o', 'y', '-'};
  private static final HeaderName[] CLIENT_MAY_NOT = {
    HeaderNames.X_FORWARDED_FOR,
    HeaderNames.X_FORWARDED_PROTO,
    HeaderNames.X_FORWARDED_HOST,
    HeaderNames.X_FORWARDED_PORT,
    HeaderNames.FORWARDED,
    HeaderNames.X_REAL_IP
  };

  /** They steer the proxy, so only internal requests may have them. */
  private static final Set<String> INTERNAL_ONLY =
      Set.of(
          "x-envoy-internal",
          "x-envoy-retry-on",
          "x-envoy-retry-grpc-on",
          "x-envoy-max-retries",
          "x-envoy-retriable-status-codes",
          "x-envoy-retriable-header-names",
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-upstream-rq-timeout-alt-response",
          "x-envoy-upstream-stream-duration-ms",
          "x-envoy-upstream-alt-stat-name",
          "x-envoy-expected-rq-timeout-ms",
          "x-envoy-hedge-on-per-try-timeout",
          "x-envoy-force-trace",
          "x-envoy-ip-tags",
          "x-envoy-original-url");

  /** What the first proxy of ours says to the next. */
  private static final Set<String> NOT_AT_THE_EDGE =
      Set.of(
          "x-envoy-decorator-operation",
          "x-envoy-downstream-service-cluster",
          "x-envoy-downstream-service-node",
          "x-envoy-original-host",
          "x-envoy-original-path");

  private Forwarding() {}

  /**
   * What came out.
   *
   * @param client the client's address when another than the peer's is believed
   * @param edge whether the request enters here
   */
  record Origin(@Nullable String client, boolean edge) {
    private static final Origin EDGE = new Origin(null, true);
    private static final Origin INSIDE = new Origin(null, false);
  }

  /** Sets and cleans the headers of a request. */
  static Origin apply(RequestHead head, ConnectionInfo connection, ForwardedRules rules) {
    HeaderBlock headers = head.headers();
    String before = headers.joined(HeaderNames.X_FORWARDED_FOR);
    ForwardedRules.Detection detection = rules.detection();
    String client =
        detection != null && !detection.trusted().isEmpty()
            ? lastUntrusted(before, connection.remoteHost(), detection.trusted())
            : believed(before, rules);
    boolean internal = isInternal(before, client, connection, rules);
    boolean edge = rules.useRemoteAddress() && !internal;
    if (internal) {
      headers.set(HeaderNames.X_ENVOY_INTERNAL, "true");
    } else if (edge && rules.xffNumTrustedHops() == 0) {
      for (HeaderName name : CLIENT_MAY_NOT) {
        headers.remove(name);
      }
      removeSteering(headers, true, true);
    } else {
      removeSteering(headers, edge, false);
    }
    if (edge) {
      headers.set(
          HeaderNames.X_ENVOY_EXTERNAL_ADDRESS, client == null ? connection.remoteHost() : client);
    }
    boolean append =
        detection == null
            ? rules.useRemoteAddress() && !rules.skipXffAppend()
            : !detection.skipAppend();
    if (append) {
      RequestHygiene.append(headers, HeaderNames.X_FORWARDED_FOR, connection.remoteHost(), ",");
    }
    protoAndPort(head, connection, rules);
    return client != null ? new Origin(client, edge) : edge ? Origin.EDGE : Origin.INSIDE;
  }

  private static void protoAndPort(
      RequestHead head, ConnectionInfo connection, ForwardedRules rules) {
    HeaderBlock headers = head.headers();
    boolean ownWord = rules.useRemoteAddress() && rules.xffNumTrustedHops() == 0;
    String transport = connection.tls() == null ? "http" : "https";
    int proto = headers.find(HeaderNames.X_FORWARDED_PROTO, 0);
    if (proto < 0 || ownWord) {
      headers.set(HeaderNames.X_FORWARDED_PROTO, transport);
      head.scheme(transport);
    } else if (headers.find(HeaderNames.X_FORWARDED_PROTO, proto + 1) < 0) { // two words are none
      if (headers.valueEqualsIgnoreCase(proto, "https")) {
        head.scheme("https");
      } else if (headers.valueEqualsIgnoreCase(proto, "http")) {
        head.scheme("http");
      }
    }
    if (rules.appendPort()
        && (ownWord || !headers.contains(HeaderNames.X_FORWARDED_PORT))
        && connection.local() instanceof InetSocketAddress local) {
      headers.set(HeaderNames.X_FORWARDED_PORT, local.getPort());
    }
  }

  /**
   * Returns the address that the trusted hops name: with {@code use_remote_address} the peer is one
   * of them, else it stands behind them all. Null when there is none, or no address.
   */
  private static @Nullable String believed(@Nullable String forwardedFor, ForwardedRules rules) {
    if (forwardedFor == null) {
      return null;
    }
    ForwardedRules.Detection detection = rules.detection();
    int hops = detection == null ? rules.xffNumTrustedHops() : detection.hops();
    int skip = rules.useRemoteAddress() ? hops - 1 : hops;
    if (skip < 0) {
      return null;
    }
    int end = forwardedFor.length();
    for (int i = 0; i < skip; i++) {
      end = forwardedFor.lastIndexOf(',', end - 1);
      if (end < 0) {
        return null;
      }
    }
    String entry = forwardedFor.substring(forwardedFor.lastIndexOf(',', end - 1) + 1, end).strip();
    return isAddress(entry) ? entry : null;
  }

  private static boolean isAddress(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
  }

  /**
   * Returns the last address that is not one of our own proxies, the first when all are. Null when
   * the peer is no proxy of ours, or an entry is no address.
   */
  private static @Nullable String lastUntrusted(
      @Nullable String forwardedFor, String peer, List<CidrRange> trusted) {
    if (forwardedFor == null || !isWithin(trusted, peer)) {
      return null;
    }
    int end = forwardedFor.length();
    while (true) {
      int comma = forwardedFor.lastIndexOf(',', end - 1);
      String entry = forwardedFor.substring(comma + 1, end).strip();
      if (!isAddress(entry)) {
        return null;
      }
      if (comma < 0 || !isWithin(trusted, entry)) {
        return entry;
      }
      end = comma;
    }
  }

  /** An internal request has passed no hop that could have changed where it comes from. */
  private static boolean isInternal(
      @Nullable String forwardedFor,
      @Nullable String client,
      ConnectionInfo connection,
      ForwardedRules rules) {
    if (rules.internal().isEmpty()) {
      return false;
    }
    if (rules.useRemoteAddress()) {
      return forwardedFor == null && isWithin(rules.internal(), connection.remoteHost());
    }
    return client != null
        && forwardedFor != null
        && forwardedFor.indexOf(',') < 0
        && isWithin(rules.internal(), client);
  }

  private static boolean isWithin(List<CidrRange> ranges, String text) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
    for (CidrRange range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static void removeSteering(HeaderBlock headers, boolean edge, boolean all) {
    byte[] bytes = headers.array();
    for (int i = headers.size() - 1; i >= 0; i--) {
      int at = headers.nameOffset(i);
      if (headers.nameLength(i) > PREFIX.length
          && Arrays.equals(bytes, at, at + PREFIX.length, PREFIX, 0, PREFIX.length)) {
        String name = headers.nameAt(i);
        if (all || INTERNAL_ONLY.contains(name) || (edge && NOT_AT_THE_EDGE.contains(name))) {
          headers.removeAt(i);
        }
      }
    }
  }
}
