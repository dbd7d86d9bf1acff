package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h1.H1ClientConnection;
import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;

/**
 * Makes HTTP/1.1 connections, with TLS where the cluster has it.
 *
 * <p>Thread: called on the connection's loop.
 */
public final class H1Connector implements Connector {

  private static final int LOW_WATER_SHARE = 2;

  private final ChannelFactory<? extends Channel> channels;

  /** Takes the transport's channels, for example {@code EpollSocketChannel::new}. */
  public H1Connector(ChannelFactory<? extends Channel> channels) {
    this.channels = channels;
  }

  @Override
  public void connect(EventLoop loop, InetSocketAddress address, Options options, Result result) {
    ChannelFuture connecting = connect(channels, loop, address, options);
    connecting.addListener(future -> connected(connecting, options, result));
  }

  static ChannelFuture connect(
      ChannelFactory<? extends Channel> channels,
      EventLoop loop,
      InetSocketAddress address,
      Options options) {
    return new Bootstrap()
        .group(loop)
        .channelFactory(channels)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, options.timeoutMillis())
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(
                options.bufferLimit() / LOW_WATER_SHARE, options.bufferLimit()))
        .handler(Placeholder.INSTANCE)
        .connect(address);
  }

  /** Returns whether there is no connection; the result has been told then. */
  static boolean failed(ChannelFuture connecting, Result result) {
    if (connecting.isSuccess()) {
      return false;
    }
    Throwable cause = connecting.cause();
    boolean timedOut = cause instanceof ConnectTimeoutException;
    result.onConnectFailed(timedOut, timedOut ? "" : reason(cause));
    return true;
  }

  private static void connected(ChannelFuture connecting, Options options, Result result) {
    if (!failed(connecting, result)) {
      Channel channel = connecting.channel();
      TlsOpener.open(channel, options, result, () -> open(channel, options, result));
    }
  }

  private static void open(Channel channel, Options options, Result result) {
    H1ClientConnection connection = new H1ClientConnection(settings(options.http()), result);
    channel.pipeline().addLast(connection);
    if (!channel.isActive()) {
      // Closed between the connect and now; the codec will not hear of it.
      result.onConnectFailed(false, "Connection reset by peer");
      return;
    }
    result.onConnected(connection);
  }

  private static H1Settings settings(UpstreamHttp http) {
    return new H1Settings(
        http.maxResponseHeadersKb() * 1024,
        http.maxResponseHeadersCount(),
        H1Settings.Underscores.ALLOW,
        0,
        http.http1());
  }

  /** The system's words without Netty's address behind them. */
  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return "delayed connect error: " + cause.getClass().getSimpleName();
    }
    int colon = message.indexOf(": ");
    String words = colon < 0 ? message : message.substring(0, colon);
    if (words.contains("(..) failed with error(-111)") || words.contains("refused")) {
      words = "Connection refused";
    }
    return "delayed connect error: " + words;
  }

  /** A pipeline needs a handler to connect with; it has nothing to do. */
  @ChannelHandler.Sharable
  private static final class Placeholder extends ChannelInboundHandlerAdapter {
    static final Placeholder INSTANCE = new Placeholder();
  }
}
