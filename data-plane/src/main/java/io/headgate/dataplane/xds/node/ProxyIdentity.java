package io.headgate.dataplane.xds.node;

import io.headgate.xds.model.bootstrap.Node;
import java.time.Instant;
import java.util.List;

/**
 * Who this proxy is, as it tells its control plane.
 *
 * @param version the proxy's own, for example {@code 0.1.0}
 * @param extensions type URLs of the extension configs that it implements
 * @param adminAddress host and port for people; empty for none
 */
public record ProxyIdentity(
    Node node, String version, List<String> extensions, Instant startedAt, String adminAddress) {
  public ProxyIdentity {
    extensions = List.copyOf(extensions);
  }
}
