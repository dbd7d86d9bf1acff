package io.headgate.dataplane.xds.stream;

import io.grpc.Channel;

/**
 * Something else that speaks with the control plane over the discovery client's connection.
 *
 * <p>Thread: the xds thread; calls on the channel are answered on it as well.
 */
public interface ChannelUser {
  /** The connection is up. */
  void connected(Channel channel);

  /**
   * It is gone, or goes because the proxy ends: calls on the channel of before are to be completed,
   * and are ended a little later if they are not.
   */
  void disconnected();
}
