package io.headgate.controlplane.fleetstate;

import java.util.List;

/**
 * Who a proxy is, as its node said.
 *
 * @param nodeId {@code node.id}, unique in the fleet
 * @param nodeCluster {@code node.cluster}: the proxy group
 * @param client {@code node.user_agent_name}: {@code headgate}, {@code envoy}, …
 * @param version the client's version, or empty
 * @param gateways "namespace/name" of the gateways it asked for; empty for all
 */
public record ProxyIdentity(
    String nodeId, String nodeCluster, String client, String version, List<String> gateways) {
  public ProxyIdentity {
    if (nodeId.isEmpty()) {
      throw new IllegalArgumentException("a proxy needs a node id");
    }
    gateways = List.copyOf(gateways);
  }
}
