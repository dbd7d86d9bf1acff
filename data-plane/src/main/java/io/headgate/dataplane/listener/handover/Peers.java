package io.headgate.dataplane.listener.handover;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED). Thread: any. */
final class Peers {
  private Peers() {}

  /** Whether the peer runs as the user that this process runs as. */
  static boolean isOurs(Channel channel) {
    try {
      return channel instanceof EpollDomainSocketChannel socket
          && Integer.valueOf(socket.peerCredentials().uid())
              .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      return false; // it is gone
    }
  }
}
