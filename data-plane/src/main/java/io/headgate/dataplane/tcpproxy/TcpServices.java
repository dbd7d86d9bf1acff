package io.headgate.dataplane.tcpproxy;

import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.upstream.ChannelConnector;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * What TCP proxies use of the process.
 *
 * @param clusters the clusters in force
 * @param connector makes connections to hosts
 */
public record TcpServices(ClusterLookup clusters, ChannelConnector connector) {
  /** Services of a process without clusters. */
  public static final TcpServices NONE =
      new TcpServices(_ -> null, new ChannelConnector(NioSocketChannel::new));
}
