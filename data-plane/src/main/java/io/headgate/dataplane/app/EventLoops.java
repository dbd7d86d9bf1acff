package io.headgate.dataplane.app;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The event loops that carry traffic: epoll where there is such a thing, one thread each. */
final class EventLoops implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();
  private final boolean epoll = Epoll.isAvailable();

  EventLoops(int count) {
    group =
        new MultiThreadIoEventLoopGroup(
            count,
            Thread.ofPlatform().name("headgate-loop-", 0).daemon(true).factory(),
            epoll ? SteadyEpoll.newFactory() : NioIoHandler.newFactory());
    for (EventExecutor executor : group) {
      loops.add((EventLoop) executor);
    }
  }

  List<EventLoop> loops() {
    return List.copyOf(loops);
  }

  ChannelFactory<? extends Channel> sockets() {
    return epoll ? EpollSocketChannel::new : NioSocketChannel::new;
  }

  ChannelFactory<? extends ServerChannel> serverSockets() {
    return epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
  }

  /** Sockets that no IPv6 client reaches, whatever they are bound to. */
  ChannelFactory<? extends ServerChannel> serverSocketsIpv4() {
    return epoll
        ? () -> new EpollServerSocketChannel(SocketProtocolFamily.INET)
        : () -> new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET);
  }

  /** Unix sockets; only epoll's can be handed over. */
  ChannelFactory<? extends ServerChannel> serverPipes() {
    return epoll ? EpollServerDomainSocketChannel::new : NioServerDomainSocketChannel::new;
  }

  /**
   * Makes a Unix socket that listens. Netty's own deletes its file when it closes, which would take
   * the address from a successor that has the same socket.
   */
  @Nullable ServerChannel boundPipe(SocketAddress address, int backlog) throws IOException {
    if (!epoll) {
      return null;
    }
    Socket socket = Socket.newSocketDomain();
    try {
      socket.bind(address);
      socket.listen(backlog > 0 ? backlog : NetUtil.SOMAXCONN);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new EpollServerDomainSocketChannel(socket.intValue());
  }

  @Override
  public void close() {
    var _ =
        group
            .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
            .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
