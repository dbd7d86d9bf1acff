package io.headgate.listeners;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A listener in YAML: a chain of requests on one address and one of bytes on another. Each part can
 * be changed by itself.
 *
 * @param name of the listener
 * @param port of all addresses
 * @param addresses last numbers of the loopback addresses that it listens on
 * @param options in YAML, on one line
 * @param http the chain of requests, null for none
 * @param tcp the chain of bytes, null for none
 * @param more further chains in YAML
 */
record Config(
    String name,
    int port,
    List<Integer> addresses,
    String options,
    @Nullable Chain http,
    @Nullable Chain tcp,
    String more) {

  /**
   * A filter chain.
   *
   * @param match besides its address, in YAML on one line
   * @param before network filters before the last one
   * @param last the last network filter
   * @param rest of the chain
   */
  record Chain(String name, String match, String before, String last, String rest) {
    Chain named(String other) {
      return new Chain(other, match, before, last, rest);
    }

    Chain matching(String other) {
      return new Chain(name, other, before, last, rest);
    }

    Chain after(String other) {
      return new Chain(name, match, other, last, rest);
    }

    Chain ending(String other) {
      return new Chain(name, match, before, other, rest);
    }

    Chain with(String other) {
      return new Chain(name, match, before, last, other);
    }

    String yaml(int address) {
      return "- {name: %s, filter_chain_match: {prefix_ranges: [{address_prefix: 127.0.0.%d, prefix_len: 32}]%s}, filters: [%s%s]%s}\n"
          .formatted(name, address, match, before, last, rest);
    }
  }

  static final int HTTP = 1;
  static final int TCP = 2;

  static final String LIMIT =
      "{name: l, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit,"
          + " stat_prefix: l, max_connections: 1000}}, ";

  static String tcpProxy(String cluster) {
    return "{name: t, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: %s}}"
        .formatted(cluster);
  }

  /**
   * A connection manager.
   *
   * @param more options of it
   * @param filters before the router
   * @param route what requests get
   */
  static String manager(String more, String filters, String route) {
    return ("{name: m, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,"
            + " stat_prefix: m, upgrade_configs: [{upgrade_type: websocket}, {upgrade_type:"
            + " CONNECT}], route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'],"
            + " routes: [{match: {connect_matcher: {}}, route: {cluster: http}}, {match:"
            + " {prefix: /}, %s}]}]}, http_filters: [%s{name: router, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]%s}}")
        .formatted(route, filters, more);
  }

  static final String ROUTE = "route: {cluster: http, timeout: 60s}";

  static Config standard(String name, int port) {
    return new Config(
        name,
        port,
        List.of(HTTP, TCP),
        "",
        new Chain("http", "", "", manager("", "", ROUTE), ""),
        new Chain("tcp", "", "", tcpProxy("raw"), ""),
        "");
  }

  Config listening(Integer... others) {
    return new Config(name, port, List.of(others), options, http, tcp, more);
  }

  Config on(int other) {
    return new Config(name, other, addresses, options, http, tcp, more);
  }

  Config options(String other) {
    return new Config(name, port, addresses, other, http, tcp, more);
  }

  Config http(UnaryOperator<Chain> change) {
    return http == null
        ? this
        : new Config(name, port, addresses, options, change.apply(http), tcp, more);
  }

  Config tcp(UnaryOperator<Chain> change) {
    return tcp == null
        ? this
        : new Config(name, port, addresses, options, http, change.apply(tcp), more);
  }

  Config both(UnaryOperator<Chain> change) {
    return http(change).tcp(change);
  }

  Config withoutHttp() {
    return new Config(name, port, addresses, options, null, tcp, more);
  }

  Config withoutTcp() {
    return new Config(name, port, addresses, options, http, null, more);
  }

  Config more(String other) {
    return new Config(name, port, addresses, options, http, tcp, other);
  }

  private static String address(int last, int port) {
    return "{socket_address: {address: 127.0.0.%d, port_value: %d}}".formatted(last, port);
  }

  String yaml() {
    StringBuilder yaml = new StringBuilder("name: " + name + "\n");
    yaml.append("address: ").append(address(addresses.getFirst(), port)).append('\n');
    yaml.append("additional_addresses: [");
    for (int i = 1; i < addresses.size(); i++) {
      yaml.append(i > 1 ? ", " : "")
          .append("{address: ")
          .append(address(addresses.get(i), port))
          .append('}');
    }
    yaml.append("]\n").append(options).append("\nfilter_chains:\n");
    if (http != null) {
      yaml.append(http.yaml(HTTP));
    }
    if (tcp != null) {
      yaml.append(tcp.yaml(TCP));
    }
    return yaml.append(more).toString();
  }
}
