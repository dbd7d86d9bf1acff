package io.headgate.dataplane.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
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
import java.util.function.Consumer;

/**
 * Makes connections without a codec: the socket, what is said before all else, and TLS.
 *
 * <p>Thread: called on the connection's loop.
 */
public final class ChannelConnector {

  private static final int LOW_WATER_SHARE = 2;

  private final ChannelFactory<? extends Channel> channels;

  /** Takes the transport's channels, for example {@code EpollSocketChannel::new}. */
  public ChannelConnector(ChannelFactory<? extends Channel> channels) {
    this.channels = channels;
  }

  /**
   * Begins to connect; one of the two is told, never inside the call.
   *
   * @param opened puts handlers on the channel before a byte is read, and finds out itself whether
   *     it is still open
   */
  public void connect(
      EventLoop loop,
      InetSocketAddress address,
      Connector.Options options,
      Connector.Failure failure,
      Consumer<Channel> opened) {
    ChannelFuture connecting =
        new Bootstrap()
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
    connecting.addListener(_ -> {
      if (connecting.isSuccess()) {
        connected(connecting.channel(), options, failure, opened);
      } else {
        boolean timedOut = connecting.cause() instanceof ConnectTimeoutException;
        failure.onConnectFailed(timedOut, timedOut ? "" : reason(connecting.cause()));
      }
    });
  }

  private static void connected(
      Channel channel,
      Connector.Options options,
      Connector.Failure failure,
      Consumer<Channel> opened) {
    if (options.preface() != null) {
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(options.preface().bytes()));
    }
    TlsOpener.open(channel, options, failure, () -> opened.accept(channel));
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
