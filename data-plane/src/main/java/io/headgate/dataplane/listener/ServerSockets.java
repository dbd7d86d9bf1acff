package io.headgate.dataplane.listener;

import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where the sockets that accept come from. <b>Thread:</b> any. */
@FunctionalInterface
public interface ServerSockets {
  /** Makes a socket that is not bound yet. */
  ServerChannel create();

  /**
   * Returns a socket that is bound to this address and listens already, null when there is none.
   */
  default @Nullable ServerChannel inherited(InetSocketAddress address) {
    return null;
  }
}
