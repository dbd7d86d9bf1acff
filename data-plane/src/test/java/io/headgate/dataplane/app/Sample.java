package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.message.EnvoyTypes;

/** Bootstraps and resources of one listener {@code web} and its clusters. */
final class Sample {
  private Sample() {}

  static String endpoints(String cluster, int... ports) {
    StringBuilder yaml =
        new StringBuilder("cluster_name: " + cluster + "\nendpoints:\n- lb_endpoints:\n");
    for (int port : ports) {
      yaml.append("  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ")
          .append(port)
          .append("}}}\n");
    }
    return yaml.toString();
  }

  static String dynamic(int... controlPlanes) {
    return """
    node: {id: p, cluster: c}
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
    dynamic_resources:
      ads_config:
        api_type: DELTA_GRPC
        transport_api_version: V3
        grpc_services: [{envoy_grpc: {cluster_name: cp}}]
      cds_config: {ads: {}, resource_api_version: V3}
      lds_config: {ads: {}, resource_api_version: V3}
    static_resources:
      clusters:
      - name: cp
        connect_timeout: 1s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {http2_protocol_options: {}}
        load_assignment:
    """
        + endpoints("cp", controlPlanes).indent(6);
  }

  /** A listener whose connection manager has these routes, one line in flow style. */
  static String listenerYaml(String routes) {
    return """
    name: web
    address: {socket_address: {address: 0.0.0.0, port_value: 0}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          %s
    """
        .formatted(routes);
  }

  private static <M extends Message> M read(String yaml, M prototype) {
    ReadMessage<M> read =
        MessageReader.read(
            yaml, prototype, MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    assertThat(read.violations()).isEmpty();
    return read.message();
  }

  static Cluster cluster(String name) {
    return read(
        "name: "
            + name
            + "\ntype: EDS\neds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}",
        Cluster.getDefaultInstance());
  }

  static ClusterLoadAssignment assignment(String name, int... ports) {
    return read(endpoints(name, ports), ClusterLoadAssignment.getDefaultInstance());
  }

  static Listener listener() {
    return read(
        listenerYaml(
            "rds: {route_config_name: web, config_source: {ads: {}, resource_api_version: V3}}"),
        Listener.getDefaultInstance());
  }

  static RouteConfiguration routes(String cluster) {
    return read(
        """
        name: web
        virtual_hosts:
        - name: all
          domains: ["*"]
          routes: [{match: {prefix: /}, route: {cluster: %s}}]
        """
            .formatted(cluster),
        RouteConfiguration.getDefaultInstance());
  }
}
