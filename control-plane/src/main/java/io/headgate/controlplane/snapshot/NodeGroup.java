package io.headgate.controlplane.snapshot;

import java.util.Optional;
import java.util.Set;

/**
 * What distinguishes proxies for the config they get: proxies of one group share every byte.
 *
 * @param proxyGroup {@code node.cluster}
 * @param gateways the gateways ("namespace/name") that the proxy serves; empty means all
 * @param kind what sort of client it is
 * @param capabilities type URLs of the extensions the client says it has; empty when it says
 *     nothing
 * @param confidential whether keys may be sent: the connection is mutual TLS or stays on this host
 */
public record NodeGroup(
    String proxyGroup,
    Optional<Set<String>> gateways,
    ClientKind kind,
    Set<String> capabilities,
    boolean confidential) {

  public NodeGroup {
    gateways = gateways.map(Set::copyOf);
    capabilities = Set.copyOf(capabilities);
  }

  /** What sort of xDS client a proxy is. */
  public enum ClientKind {
    HEADGATE,
    ENVOY,
    /** A proxyless gRPC client. */
    GRPC,
    OTHER
  }
}
