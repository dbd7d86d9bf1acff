package io.headgate.dataplane.listener;

import io.netty.channel.ServerChannel;
import java.io.IOException;
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

  /** Makes a Unix socket that is not bound yet, and that takes its file along when it closes. */
  default ServerChannel createPipe() {
    throw new UnsupportedOperationException("there are no Unix sockets here");
  }

  /**
   * Makes a Unix socket that is bound and listens, and whose file stays when it closes: another
   * process may have the same socket by then. Returns null where there is only {@link #createPipe}.
   *
   * @param backlog 0 for the operating system's default
   * @throws IOException when it can not be bound
   */
  default @Nullable ServerChannel boundPipe(SocketAddress address, int backlog) throws IOException {
    return null;
  }

  /**
   * Returns a socket that is bound to this address and listens already, null when there is none.
   */
  default @Nullable ServerChannel inherited(SocketAddress address) {
    return null;
  }
}
