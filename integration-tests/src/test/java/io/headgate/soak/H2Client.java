package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 by prior knowledge. Any number of threads share one connection, until a GOAWAY says that
 * no more streams shall begin; then the next one begins on a new connection. Thread: any.
 */
final class H2Client implements Client {
  /** A connection, and whether it takes more streams. */
  private static final class Connection extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private volatile boolean leaving;

    Connection(InetSocketAddress address) throws IOException {
      channel =
          await(
              new Bootstrap()
                  .group(Netty.LOOPS)
                  .channel(NioSocketChannel.class)
                  .handler(
                      new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel made) {
                          made.pipeline()
                              .addLast(Netty.codec(Http2FrameCodecBuilder.forClient()))
                              .addLast(
                                  new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                              .addLast(Connection.this);
                        }
                      })
                  .connect(address));
    }

    private static Channel await(io.netty.channel.ChannelFuture future) throws IOException {
      future.awaitUninterruptibly(TIMEOUT_MILLIS);
      if (!future.isSuccess()) {
        throw new IOException("can not connect: " + future.cause());
      }
      return future.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      leaving |= message instanceof Http2GoAwayFrame;
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      leaving = true;
    }

    boolean isUsable() {
      return !leaving && channel.isActive();
    }

    H2Stream open() throws IOException {
      H2Stream[] made = new H2Stream[1];
      try {
        var _ =
            new Http2StreamChannelBootstrap(channel)
                .handler(
                    new ChannelInitializer<Http2StreamChannel>() {
                      @Override
                      protected void initChannel(Http2StreamChannel stream) {
                        made[0] = new H2Stream(stream);
                      }
                    })
                .open()
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return made[0];
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("no stream: " + e, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  private final InetSocketAddress address;
  private @Nullable Connection connection;

  H2Client(InetSocketAddress address) {
    this.address = address;
  }

  private synchronized Connection connection() throws IOException {
    Connection open = connection;
    if (open == null || !open.isUsable()) {
      open = new Connection(address);
      connection = open;
    }
    return open;
  }

  /** Streams that run on a connection of which a GOAWAY came go on there. */
  private H2Stream open() throws IOException {
    Connection on = connection();
    try {
      return on.open();
    } catch (IOException e) {
      if (on.leaving) {
        return connection().open(); // nothing was sent, and the client knows better now
      }
      throw e;
    }
  }

  @Override
  public void exchange(Exchange exchange) throws BrokenException {
    Answer answer = new Answer(exchange);
    try {
      H2Stream stream = open();
      if (!send(stream, exchange) || !receive(stream, exchange, answer)) {
        stream.reset();
      }
    } catch (BrokenException e) {
      throw e;
    } catch (IOException e) {
      throw new BrokenException(answer.stage(), e);
    }
  }

  private static Http2Headers head(String method, String path, String id) {
    return new DefaultHttp2Headers()
        .method(method)
        .scheme("http")
        .authority("soak")
        .path(path)
        .set(Exchange.ID, id);
  }

  /** Returns false when the client gives up. */
  private static boolean send(H2Stream stream, Exchange exchange) throws IOException {
    byte[] body = exchange.requestBody();
    Http2Headers head = head(exchange.method(), exchange.path(), exchange.id());
    if (body.length % 2 == 0 && exchange.kind() == Exchange.Kind.ECHO) {
      head.setInt("content-length", body.length);
    }
    boolean leaves = exchange.point() == Exchange.Break.IN_REQUEST;
    stream.head(head, body.length == 0 && !leaves);
    if (leaves) {
      stream.dataLater(Arrays.copyOf(body, body.length / 2));
    } else if (body.length > 0) {
      int half = body.length / 2;
      stream.data(Arrays.copyOf(body, half), false);
      stream.data(Arrays.copyOfRange(body, half, body.length), true);
    }
    return !leaves && exchange.point() != Exchange.Break.BEFORE_ANSWER;
  }

  /** Returns false when the client gives up. */
  private static boolean receive(H2Stream stream, Exchange exchange, Answer answer)
      throws IOException {
    boolean leaves = exchange.point() == Exchange.Break.IN_ANSWER;
    for (boolean ended = false; !ended; ) {
      switch (stream.next()) {
        case H2Stream.Event.Head(Http2Headers headers, boolean end) -> {
          if (headers.status() == null) {
            throw new BrokenException(Stage.WRONG, "trailers that nobody sent");
          }
          answer.head(Integer.parseInt(headers.status().toString()));
          ended = end;
        }
        case H2Stream.Event.Data(byte[] bytes, boolean end) -> {
          answer.data(bytes);
          ended = end;
        }
        case H2Stream.Event.Broken(String how) -> throw new IOException(how);
      }
      if (leaves && (answer.received() > 0 || !ended)) {
        return false;
      }
    }
    answer.end();
    return true;
  }

  /** Opens a tunnel by extended CONNECT (RFC 8441). */
  Pipe tunnel(String path, String id) throws IOException {
    H2Stream stream = open();
    Http2Headers head = head("CONNECT", path, id).set(":protocol", "websocket");
    stream.head(head.set("sec-websocket-version", "13"), false);
    return switch (stream.next()) {
      case H2Stream.Event.Head(Http2Headers headers, boolean end) -> {
        String status = String.valueOf(headers.status());
        if (!status.equals("200") || end) {
          throw new BrokenException(Stage.REFUSED, "status " + status);
        }
        yield stream;
      }
      case H2Stream.Event.Data _ -> throw new BrokenException(Stage.WRONG, "no head");
      case H2Stream.Event.Broken(String how) -> throw new IOException(how);
    };
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.channel.close().awaitUninterruptibly(TIMEOUT_MILLIS);
    }
  }
}
