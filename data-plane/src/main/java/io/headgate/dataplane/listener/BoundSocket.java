package io.headgate.dataplane.listener;

import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.AbstractEpollServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket that listens on one address.
 *
 * <p><b>Thread:</b> bound and closed by the config thread; it lives on the first event loop.
 *
 * @param asked the address of the config
 */
public record BoundSocket(ListenAddress asked, Channel channel) {
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final ChannelOption<Integer> ONLY_IPV6 =
      new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY);

  /** Told once, on the socket's loop. */
  interface Result {
    /** One of the two is there: the socket, which does not accept yet, or what is wrong. */
    void bound(@Nullable BoundSocket socket, String problem);
  }

  static void bind(
      ListenAddress asked, PreparedListener config, ChannelHandler opener, Result result) {
    List<EventLoop> loops = config.services.loops();
    ServerSockets sockets = config.services.serverSockets();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.getFirst(), new LoopsInTurn(loops))
            // It must not accept before everything behind it is in place.
            .option(ChannelOption.AUTO_READ, false)
            .childHandler(opener);
    if (config.value.options().tcpBacklogSize() > 0) {
      bootstrap.option(ChannelOption.SO_BACKLOG, config.value.options().tcpBacklogSize());
    }
    SocketAddress address = address(asked);
    ServerChannel inherited = sockets.inherited(address);
    ChannelFuture bound;
    try {
      if (inherited != null) {
        bound = bootstrap.channelFactory(() -> inherited).register();
      } else if (asked instanceof ListenAddress.Pipe(String path, int _)) {
        removeOldSocket(path);
        ServerChannel made = sockets.boundPipe(address, config.value.options().tcpBacklogSize());
        bound =
            made == null
                ? bootstrap.channelFactory(sockets::createPipe).bind(address)
                : bootstrap.channelFactory(() -> made).register();
      } else {
        boolean four =
            address instanceof InetSocketAddress ip && ip.getAddress() instanceof Inet4Address;
        ServerChannel made = four ? sockets.createIpv4() : sockets.create();
        bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
        if (made instanceof UnixChannel && isOnlyIpv6(asked)) {
          bootstrap.option(ONLY_IPV6, 1);
        }
        bound = bootstrap.channelFactory(() -> made).bind(address);
      }
    } catch (IOException | RuntimeException e) {
      loops.getFirst().execute(() -> result.bound(null, String.valueOf(e.getMessage())));
      return;
    }
    var _ =
        bound.addListener(_ -> {
          // The future is told before the channel is all there.
          loops.getFirst().execute(() -> bound(asked, bound, result));
        });
  }

  private static void bound(ListenAddress asked, ChannelFuture bound, Result result) {
    if (!bound.isSuccess()) {
      result.bound(null, String.valueOf(bound.cause().getMessage()));
      return;
    }
    try {
      if (asked instanceof ListenAddress.Pipe(String path, int mode)
          && mode > 0
          && !path.startsWith("@")) {
        Files.setPosixFilePermissions(Path.of(path), permissions(mode));
      }
    } catch (IOException e) {
      var _ = bound.channel().close();
      result.bound(null, String.valueOf(e.getMessage()));
      return;
    }
    result.bound(new BoundSocket(asked, bound.channel()), "");
  }

  /** The IPv6 wildcard takes no IPv4 clients unless it is asked to. */
  private static boolean isOnlyIpv6(ListenAddress asked) {
    return asked instanceof Address ip
        && InetAddress.ofLiteral(ip.host()).getAddress().length == 16;
  }

  private static SocketAddress address(ListenAddress asked) {
    return switch (asked) {
      case Address ip -> new InetSocketAddress(InetAddress.ofLiteral(ip.host()), ip.port());
      case ListenAddress.DualStack(int port) ->
          new InetSocketAddress(InetAddress.ofLiteral("::"), port);
      case ListenAddress.Pipe(String path, int _) ->
          new DomainSocketAddress(path.startsWith("@") ? "\0" + path.substring(1) : path);
    };
  }

  /** Removes what a process that is gone left behind, and nothing but a socket. */
  private static void removeOldSocket(String path) throws IOException {
    Path file = Path.of(path.startsWith("@") ? "" : path);
    if (!path.startsWith("@") && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new IOException("there is a file that is no socket");
      }
      Files.delete(file);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from 0400 down to 0001
    for (int i = 0; i < all.length; i++) {
      if ((mode & 0400 >> i) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  /** Accepts from now on, as long as the gate lets it. */
  void accept(ConnectionGate gate) {
    channel.config().setAutoRead(true);
    ConnectionGate.Acceptor acceptor = accepts -> channel.config().setAutoRead(accepts);
    channel.closeFuture().addListener(_ -> gate.forget(acceptor));
    gate.watch(acceptor);
  }

  /** Changes how many connections may wait to be accepted; 0 leaves it as it is. */
  void backlog(int size) {
    if (size > 0
        && channel instanceof AbstractEpollServerChannel epoll
        && epoll.fd() instanceof Socket socket) {
      channel
          .eventLoop()
          .execute(() -> {
            try {
              socket.listen(size);
            } catch (IOException e) {
              channel.pipeline().fireExceptionCaught(e);
            }
          });
    }
  }

  void close() {
    var _ = channel.close();
  }

  /** Returns the address that was asked for, with the port that is bound. Any thread. */
  public SocketAddress boundAddress() {
    return address(asked) instanceof InetSocketAddress ip
            && channel.localAddress() instanceof InetSocketAddress local
        ? new InetSocketAddress(ip.getAddress(), local.getPort())
        : address(asked);
  }
}
