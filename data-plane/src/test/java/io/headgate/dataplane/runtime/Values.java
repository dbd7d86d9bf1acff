package io.headgate.dataplane.runtime;

import com.google.protobuf.Message;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;

/** Values of resources from YAML, as a bootstrap would have them. */
final class Values {
  private Values() {}

  static RouteConfiguration routes(String name, String cluster) {
    return valid(
        ResourceDecoder.routeConfiguration(
            read(
                """
                name: %s
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - match: {prefix: /}
                    route: {cluster: %s}
                """
                    .formatted(name, cluster),
                io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDefaultInstance()),
            DecodeOptions.STRICT));
  }

  /** Two routes; the cluster of the second is said not to be there. */
  static RouteConfiguration routesBut(String name, String cluster, String missing) {
    return valid(
        ResourceDecoder.routeConfiguration(
            read(
                """
                name: %s
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - match: {prefix: /missing}
                    route: {cluster: "%s"}
                    metadata: {filter_metadata: {headgate: {missing_clusters: ["%s"]}}}
                  - match: {prefix: /}
                    route: {cluster: "%s"}
                """
                    .formatted(name, missing, missing, cluster),
                io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDefaultInstance()),
            DecodeOptions.STRICT));
  }

  /** A listener whose routes come by discovery. */
  static Listener listener(String name, int port, String routes, String statPrefix) {
    return valid(
        ResourceDecoder.listener(
            read(
                """
                name: %s
                stat_prefix: "%s"
                address: {socket_address: {address: 0.0.0.0, port_value: %d}}
                filter_chains:
                - filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: ingress
                      rds: {route_config_name: %s, config_source: {ads: {}, resource_api_version: V3}}
                      http_filters:
                      - name: router
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                """
                    .formatted(name, statPrefix, port, routes),
                io.envoyproxy.envoy.config.listener.v3.Listener.getDefaultInstance()),
            DecodeOptions.STRICT));
  }

  private static <M extends Message> M read(String yaml, M prototype) {
    var read =
        MessageReader.read(
            yaml, prototype, MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    if (!read.violations().isEmpty()) {
      throw new AssertionError(read.violations());
    }
    return read.message();
  }

  private static <T> T valid(Decoded<T> decoded) {
    return decoded.orElseThrow();
  }
}
