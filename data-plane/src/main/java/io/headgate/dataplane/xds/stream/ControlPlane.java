package io.headgate.dataplane.xds.stream;

import io.headgate.xds.model.Cluster;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One address at which a management server listens.
 *
 * @param cluster the bootstrap's cluster that lists it: TLS files, connect timeout, pings
 * @param address resolved, or a Unix socket
 */
public record ControlPlane(Cluster cluster, SocketAddress address) {
  /** Host and port, or the path, for logs. */
  public String label() {
    return address instanceof InetSocketAddress ip
        ? ip.getHostString() + ":" + ip.getPort()
        : address.toString();
  }
}
