package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listener's socket, what is in force behind it, and its open connections.
 *
 * <p>One socket accepts and hands connections to the event loops in turn, so that a few long-lived
 * connections spread evenly. <b>Thread:</b> the config thread, unless a method says otherwise.
 */
public final class OpenListener {
  private final Current<PreparedListener> current;
  private final ListenerMeters meters;
  private final List<LiveChain> replaced = new CopyOnWriteArrayList<>();
  private volatile @Nullable Channel socket;
  private volatile boolean closed;

  OpenListener(PreparedListener config) {
    current = new Current<>(config);
    meters = new ListenerMeters(config.value, config.services.loops(), config.services.meters());
  }

  PreparedListener config() {
    return current.get();
  }

  ListenerMeters meters() {
    return meters;
  }

  void bind(Consumer<String> done) {
    PreparedListener config = current.get();
    List<EventLoop> loops = config.services.loops();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.getFirst(), new LoopsInTurn(loops))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ConnectionOpener(this));
    if (config.value.options().tcpBacklogSize() > 0) {
      bootstrap.option(ChannelOption.SO_BACKLOG, config.value.options().tcpBacklogSize());
    }
    InetSocketAddress address = address(config);
    ServerSockets sockets = config.services.serverSockets();
    ServerChannel inherited = sockets.inherited(address);
    ChannelFuture bound;
    if (inherited == null) {
      bound = bootstrap.channelFactory(sockets::create).bind(address);
    } else {
      // It listens already, and must not accept before everything behind it is in place.
      bootstrap.option(ChannelOption.AUTO_READ, false);
      bound = bootstrap.channelFactory(() -> inherited).register();
    }
    var _ =
        bound.addListener(future -> {
          if (future.isSuccess()) {
            bound.channel().eventLoop().execute(() -> bound(bound.channel(), config, done));
          } else {
            done.accept(config.value.address() + ": " + future.cause().getMessage());
          }
        });
  }

  private static InetSocketAddress address(PreparedListener config) {
    return new InetSocketAddress(config.value.address().host(), config.value.address().port());
  }

  private void bound(Channel bound, PreparedListener config, Consumer<String> done) {
    socket = bound;
    if (closed) {
      var _ = bound.close();
    } else {
      bound.config().setAutoRead(true);
      watch(bound, config.services.gate());
    }
    done.accept("");
  }

  /** Returns the socket, null before it is bound. Any thread. */
  public @Nullable Channel socket() {
    return socket;
  }

  /** Returns the address that was configured, with the port that is bound; null before it is. */
  public @Nullable InetSocketAddress boundAddress() {
    InetSocketAddress asked = address(current.get());
    return localAddress() instanceof InetSocketAddress local
        ? new InetSocketAddress(asked.getAddress(), local.getPort())
        : null;
  }

  private static void watch(Channel bound, ConnectionGate gate) {
    ConnectionGate.Acceptor acceptor = accepts -> bound.config().setAutoRead(accepts);
    bound.closeFuture().addListener(_ -> gate.forget(acceptor));
    gate.watch(acceptor);
  }

  /** Returns the bound address, null before it is bound. Any thread. */
  public @Nullable SocketAddress localAddress() {
    Channel bound = socket;
    return bound == null ? null : bound.localAddress();
  }

  /** Returns the value in force. Any thread. */
  public Listener value() {
    return current.get().value;
  }

  /** Returns the chain that a connection would take, null when it would be closed. Any thread. */
  public @Nullable FilterChain chainFor(
      InetSocketAddress local, InetSocketAddress remote, String serverName, boolean secure) {
    LiveChain chain =
        ChainMatcher.find(
            current.get(),
            new ChainMatcher.Facts(
                local, remote, secure, serverName.isEmpty() ? null : serverName, List.of()));
    return chain == null ? null : chain.value;
  }

  /** Shows a head to the connection manager of a chain; null when the chain is gone. Any thread. */
  public @Nullable Rehearsal rehearse(
      FilterChain chain, RequestHead head, ConnectionInfo connection) {
    for (LiveChain each : current.get().all()) {
      if (each.value.equals(chain)) {
        return Rehearsal.of(each.generation.get(), head, connection);
      }
    }
    return null;
  }

  /** Returns how many connections are open. Any thread. */
  public int connections() {
    int open = 0;
    for (LiveChain chain : current.get().all()) {
      open += chain.open();
    }
    for (LiveChain chain : replaced) {
      open += chain.open();
    }
    return open;
  }

  /**
   * Takes the newest secrets into force; connections that are open stay.
   *
   * @return what does not make sense, empty when all does: there the secrets before stay
   */
  public String refreshSecrets() {
    return current.get().refreshSecrets();
  }

  /**
   * Puts another config in force behind the same socket. Chains of which only the connection
   * manager changed keep their connections; the connections of chains that are gone or have other
   * TLS drain.
   */
  public void replace(PreparedListener next, Duration drainTime) {
    PreparedListener before = current.get();
    PreparedListener adopted = next.adopt(before);
    current.set(adopted);
    List<LiveChain> gone = before.all();
    gone.removeAll(adopted.all());
    replaced.addAll(gone);
    for (LiveChain chain : gone) {
      chain.drain(drainTime.toNanos());
    }
    replaced.removeIf(chain -> chain.open() == 0);
  }

  /**
   * Stops accepting, lets streams finish, and closes what is left after the drain time. A socket
   * that another process has as well stays open there.
   */
  public void close(Duration drainTime) {
    closed = true;
    Channel bound = socket;
    if (bound != null) {
      var _ = bound.close();
    }
    for (LiveChain chain : current.get().all()) {
      chain.drain(drainTime.toNanos());
    }
  }
}
