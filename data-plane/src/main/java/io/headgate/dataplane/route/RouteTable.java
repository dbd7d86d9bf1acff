package io.headgate.dataplane.route;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.route.VirtualHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A compiled route table: finds the route of a request by its authority, path, method, headers and
 * query.
 *
 * <p>The virtual host is found by hash, however many there are, and the routes that the path can
 * match by hash as well; the first of them in order that takes the request wins. Matching makes no
 * garbage, except for regular expressions and conditions on pseudo header fields.
 *
 * <p>Thread: immutable; {@link #match} on any event loop.
 */
public final class RouteTable {

  private final String name;
  private final DomainTable<HostRoutes> domains;
  private final boolean ignorePort;
  private final boolean ignorePathParameters;
  private final List<HeaderName> internalOnly;

  private RouteTable(
      String name, DomainTable<HostRoutes> domains, RouteConfiguration.Options options) {
    this.name = name;
    this.domains = domains;
    ignorePort = options.ignorePortInHostMatching();
    ignorePathParameters = options.ignorePathParameters();
    internalOnly = options.internalOnlyHeaders().stream().map(HeaderName::of).toList();
  }

  /**
   * Compiles a table.
   *
   * @throws IllegalArgumentException when a header value holds an unknown command operator, a
   *     filter refuses its per-route config, or a regular expression is malformed; decoding has
   *     refused all of them before
   */
  public static RouteTable compile(RouteConfiguration config, RouteServices services) {
    RouteCompiler compiler = new RouteCompiler(config, services);
    Map<String, HostRoutes> domains = new HashMap<>();
    for (VirtualHost host : config.virtualHosts()) {
      HostRoutes routes = compiler.compile(host);
      for (String domain : host.domains()) {
        domains.put(domain, routes);
      }
    }
    return new RouteTable(config.name(), new DomainTable<>(domains), config.options());
  }

  /** The table's name. */
  public String name() {
    return name;
  }

  /** Headers that requests from outside must not bring. */
  public List<HeaderName> internalOnlyHeaders() {
    return internalOnly;
  }

  /**
   * Finds the route of a request.
   *
   * @param random draws among weighted clusters, 64 bits a draw
   * @return null when no route takes it
   */
  public @Nullable RouteEntry match(RequestHead head, RandomGenerator random) {
    byte[] bytes = head.headers().array();
    int length = head.authorityLength();
    if (ignorePort) {
      length = withoutPort(bytes, head.authorityOffset(), length);
    }
    HostRoutes routes = domains.find(bytes, head.authorityOffset(), length);
    if (routes == null) {
      return null;
    }
    return routes.match(head, pathLength(head), random);
  }

  /** How much of the path routes look at. */
  private int pathLength(RequestHead head) {
    int bare = head.pathLengthWithoutQuery();
    if (!ignorePathParameters) {
      return bare;
    }
    byte[] bytes = head.headers().array();
    for (int i = 0; i < bare; i++) {
      if (bytes[head.pathOffset() + i] == ';') {
        return i;
      }
    }
    return bare;
  }

  private static int withoutPort(byte[] bytes, int offset, int length) {
    for (int i = length - 1; i >= 0; i--) {
      byte b = bytes[offset + i];
      if (b == ':') {
        return i;
      }
      if (b < '0' || b > '9') {
        return length;
      }
    }
    return length;
  }
}
