package io.headgate.dataplane.filters.headerrules;

import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules of a route, ready to be asked. Immutable.
 *
 * @param all whether every header of the request passes
 */
record PassingHeaders(
    boolean all, Set<String> names, List<String> prefixes, Set<String> removedCookies) {
  /** What frames or describes the message. */
  private static final List<String> FRAMING =
      List.of(
          "host",
          "connection",
          "content-length",
          "content-type",
          "content-encoding",
          "expect",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What the proxy itself writes, or has checked. */
  private static final List<String> OWN =
      List.of(
          "forwarded",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-forwarded-client-cert",
          "x-request-id",
          "traceparent",
          "tracestate",
          "b3");

  private static final List<String> ALWAYS =
      List.of(":", "grpc-", "sec-websocket-", "x-envoy-", "x-b3-");

  static PassingHeaders of(HeaderRulesPerRoute rules) {
    HeaderRulesPerRoute.Allowed allowed = rules.request();
    Set<String> cookies = Set.copyOf(rules.removedCookies());
    if (allowed == null) {
      return new PassingHeaders(true, Set.of(), List.of(), cookies);
    }
    Set<String> names = new HashSet<>(allowed.names());
    names.addAll(FRAMING);
    names.addAll(OWN);
    return new PassingHeaders(
        false,
        Set.copyOf(names),
        Stream.concat(allowed.prefixes().stream(), ALWAYS.stream()).toList(),
        cookies);
  }

  boolean passes(String name) {
    return all || names.contains(name) || prefixes.stream().anyMatch(name::startsWith);
  }

  /** Whether a value of {@code set-cookie} sets a cookie that is removed. */
  boolean removes(String cookie) {
    int equals = cookie.indexOf('=');
    int semicolon = cookie.indexOf(';');
    int end = semicolon >= 0 && semicolon < equals ? semicolon : equals;
    String name = end < 0 ? cookie : cookie.substring(0, end);
    return removedCookies.contains(name.strip());
  }
}
