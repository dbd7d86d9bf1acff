package io.headgate.dataplane.app;

import io.headgate.dataplane.listener.ServerSockets;
import io.headgate.dataplane.listener.handover.Inheritance;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** New sockets, and those that the process before handed over. Thread: any. */
final class InheritedSockets implements ServerSockets {
  private final EventLoops loops;
  private volatile @Nullable Inheritance inheritance;

  InheritedSockets(EventLoops loops) {
    this.loops = loops;
  }

  void inherit(Inheritance sockets) {
    inheritance = sockets;
  }

  @Override
  public ServerChannel create() {
    return loops.serverSockets().newChannel();
  }

  @Override
  public ServerChannel createIpv4() {
    return loops.serverSocketsIpv4().newChannel();
  }

  @Override
  public ServerChannel createPipe() {
    return loops.serverPipes().newChannel();
  }

  @Override
  public @Nullable ServerChannel boundPipe(SocketAddress address, int backlog) throws IOException {
    return loops.boundPipe(address, backlog);
  }

  @Override
  public @Nullable ServerChannel inherited(SocketAddress address) {
    Inheritance sockets = inheritance;
    FileDescriptor descriptor = sockets == null ? null : sockets.claim(address);
    if (descriptor == null) {
      return null;
    }
    return address instanceof InetSocketAddress
        ? new EpollServerSocketChannel(descriptor.intValue())
        : new EpollServerDomainSocketChannel(descriptor.intValue());
  }
}
