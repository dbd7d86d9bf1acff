package io.headgate.controlplane.discovery;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.headgate.controlplane.discovery.DiscoveryTracker.NodeIdentity;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.NodeGroup.ClientKind;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Says who a client is and which group it belongs to, from the {@code Node} of its first request.
 *
 * <p>Thread: any; stateless.
 */
final class NodeGroups {
  /** Metadata key: the list of gateways ("namespace/name") that a proxy serves. */
  static final String GATEWAYS = "headgate.gateways";

  private NodeGroups() {}

  static NodeIdentity identity(Node node) {
    String version =
        node.hasUserAgentBuildVersion()
            ? "%d.%d.%d"
                .formatted(
                    node.getUserAgentBuildVersion().getVersion().getMajorNumber(),
                    node.getUserAgentBuildVersion().getVersion().getMinorNumber(),
                    node.getUserAgentBuildVersion().getVersion().getPatch())
            : node.getUserAgentVersion();
    return new NodeIdentity(
        node.getId(), node.getCluster(), (node.getUserAgentName() + " " + version).strip());
  }

  /**
   * The group of a node.
   *
   * @param confidential whether keys may be sent over its connection
   */
  static NodeGroup group(Node node, boolean confidential) {
    return new NodeGroup(
        node.getCluster(),
        gateways(node),
        kind(node.getUserAgentName()),
        capabilities(node),
        confidential);
  }

  private static Optional<Set<String>> gateways(Node node) {
    Value value = node.getMetadata().getFieldsMap().get(GATEWAYS);
    if (value == null || !value.hasListValue()) {
      return Optional.empty();
    }
    Set<String> gateways = new LinkedHashSet<>();
    value.getListValue().getValuesList().forEach(item -> gateways.add(item.getStringValue()));
    return Optional.of(gateways);
  }

  private static ClientKind kind(String userAgent) {
    if (userAgent.equals("headgate")) {
      return ClientKind.HEADGATE;
    }
    if (userAgent.equals("envoy")) {
      return ClientKind.ENVOY;
    }
    return userAgent.startsWith("gRPC") || userAgent.startsWith("grpc")
        ? ClientKind.GRPC
        : ClientKind.OTHER;
  }

  private static Set<String> capabilities(Node node) {
    Set<String> types = new LinkedHashSet<>();
    for (Extension extension : node.getExtensionsList()) {
      types.addAll(extension.getTypeUrlsList());
    }
    return types;
  }
}
