package io.headgate.dataplane.listener;

import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where the sockets that accept come from. <b>Thread:</b> any. */
@FunctionalInterface
public interface ServerSockets {
  /** Makes a TCP socket that is not bound yet. */
  ServerChannel create();

  /** Makes a TCP socket for an IPv4 address, by which no IPv6 client can come. */
  default ServerChannel createIpv4() {
    return create();
  }

  /** Makes a Unix socket that is not bound yet. */
  default ServerChannel createPipe() {
    throw new UnsupportedOperationException("there are no Unix sockets here");
  }

  /**
   * Returns a socket that is bound to this address and listens already, null when there is none.
   */
  default @Nullable ServerChannel inherited(SocketAddress address) {
    return null;
  }
}
