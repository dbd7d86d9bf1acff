package io.headgate.dataplane.xds.stream;

import io.headgate.xds.model.Cluster;
import java.net.InetSocketAddress;

/**
 * One address at which a control plane listens.
 *
 * @param cluster the bootstrap's cluster that lists it: TLS files, connect timeout, pings
 * @param address resolved
 */
public record ControlPlane(Cluster cluster, InetSocketAddress address) {
  /** Host and port, for logs. */
  public String label() {
    return address.getHostString() + ":" + address.getPort();
  }
}
