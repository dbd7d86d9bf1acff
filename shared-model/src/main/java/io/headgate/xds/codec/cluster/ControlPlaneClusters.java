package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Clusters of the discovery, load and status streams carry no requests, and their TLS has what it
 * is made of in the bootstrap: no secret can come over a connection that needs it.
 */
public final class ControlPlaneClusters {
  private ControlPlaneClusters() {}

  /** Refuses what connections to a control plane do not do. */
  public static void check(MessageReader r, UpstreamTls tls) {
    if (!tls.holdsItsSecrets()) {
      r.refuse(
          "transport_socket",
          "a cluster of the control plane's streams can take no secret by its name",
          "use tls_certificates and validation_context");
    }
    if (!tls.isPlain()) {
      r.refuse(
          "transport_socket",
          "cipher_suites, ecdh_curves, auto_host_sni, auto_sni_san_validation, crl, hashes and"
              + " subject alternative names are not implemented for the clusters of the control"
              + " plane's streams",
          "remove them; the certificate is checked against trusted_ca");
    }
  }

  public static void check(MessageReader r, List<Listener> listeners, List<Cluster> clusters) {
    Set<String> used = new TreeSet<>();
    for (Listener listener : listeners) {
      listener.filterChains().forEach(chain -> collect(chain, used));
      if (listener.defaultFilterChain() != null) {
        collect(listener.defaultFilterChain(), used);
      }
    }
    for (Cluster cluster : clusters) {
      if (used.contains(cluster.name())
          && cluster.endpoints() instanceof EndpointSource.UnixSockets) {
        r.refuse(
            "static_resources",
            "a route forwards to cluster '"
                + cluster.name()
                + "', whose endpoints are Unix sockets: only streams of the proxy itself go there",
            "give the endpoints IP addresses");
      }
    }
    used.retainAll(r.options().controlPlaneClusters());
    for (String name : used) {
      r.refuse(
          "static_resources",
          "a route forwards to cluster '" + name + "', which the control plane's streams use",
          "give the route a cluster of its own");
    }
  }

  private static void collect(FilterChain chain, Set<String> used) {
    switch (chain.terminalFilter()) {
      case TcpProxy tcp -> tcp.clusters().forEach(share -> used.add(share.cluster()));
      case HttpConnectionManager hcm -> {
        if (hcm.routes() instanceof RouteSource.Inline inline) {
          used.addAll(Mirror.namedClusters(inline.routes().mirrors()));
          for (VirtualHost host : inline.routes().virtualHosts()) {
            used.addAll(Mirror.namedClusters(host.options().mirrors()));
            host.routes().forEach(route -> collect(route, used));
          }
        }
      }
    }
  }

  private static void collect(Route route, Set<String> used) {
    if (route.action() instanceof RouteAction.Forward forward) {
      used.addAll(forward.namedClusters());
    }
  }
}
