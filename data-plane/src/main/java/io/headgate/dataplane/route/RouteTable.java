package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.route.VirtualHost;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A compiled route table: finds the route of a request by its authority, path, method, headers and
 * query.
 *
 * <p>The virtual host is found by hash, however many there are; its routes are asked in order.
 * Matching makes no garbage, except for regular expressions and conditions on headers with several
 * values.
 *
 * <p>Thread: immutable; {@link #match} on any event loop.
 */
public final class RouteTable {

  private final String name;
  private final DomainTable<CompiledRoute[]> domains;
  private final boolean ignorePort;

  private RouteTable(String name, DomainTable<CompiledRoute[]> domains, boolean ignorePort) {
    this.name = name;
    this.domains = domains;
    this.ignorePort = ignorePort;
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
    Map<String, CompiledRoute[]> domains = new HashMap<>();
    for (VirtualHost host : config.virtualHosts()) {
      CompiledRoute[] routes = compiler.compile(host);
      for (String domain : host.domains()) {
        domains.put(domain, routes);
      }
    }
    return new RouteTable(
        config.name(), new DomainTable<>(domains), config.ignorePortInHostMatching());
  }

  /** The table's name. */
  public String name() {
    return name;
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
    CompiledRoute[] routes = domains.find(bytes, head.authorityOffset(), length);
    if (routes == null) {
      return null;
    }
    int bare = head.pathLengthWithoutQuery();
    for (CompiledRoute route : routes) {
      RouteEntry entry = route.match(head, bare, random);
      if (entry != null) {
        return entry;
      }
    }
    return null;
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
