package io.headgate.soak;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/2 by prior knowledge, with Netty's codec; a virtual thread for each stream. */
final class H2Backend extends Backend {
  /** Answers that may still lie in a socket: more than windows let out at once. */
  private static final int LAST = 64;

  private @Nullable Channel server;
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<String> last = new ConcurrentLinkedDeque<>();

  H2Backend(Journal journal, String etcd, String service, String instance) {
    super(journal, etcd, service, instance);
  }

  @Override
  void listen(int port) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(Netty.LOOPS)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    accepted(connection);
                  }
                })
            .bind(ADDRESS, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause());
    }
    server = bound.channel();
  }

  private void accepted(Channel connection) {
    connections.add(connection);
    connection.closeFuture().addListener(_ -> connections.remove(connection));
    connection
        .pipeline()
        .addLast(Netty.codec(Http2FrameCodecBuilder.forServer()))
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Http2StreamChannel>() {
                  @Override
                  protected void initChannel(Http2StreamChannel stream) {
                    H2Stream served = new H2Stream(stream);
                    Thread.ofVirtual().start(() -> serve(served));
                  }
                }))
        .addLast(new Rest());
  }

  /** Takes what is of no interest here. */
  private static final class Rest extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private void serve(H2Stream stream) {
    String id = "";
    try {
      if (stream.next() instanceof H2Stream.Event.Head(Http2Headers head, boolean end)) {
        id = String.valueOf(head.get(Exchange.ID));
        begun(id);
        byte[] request = end ? new byte[0] : body(stream);
        answer(stream, id, String.valueOf(head.path()), request);
        last.addLast(id);
        if (last.size() > LAST) {
          last.pollFirst();
        }
      }
    } catch (IOException e) {
      // The peer left, or this backend died.
    } finally {
      ended(id);
    }
  }

  private static byte[] body(H2Stream stream) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      switch (stream.next()) {
        case H2Stream.Event.Data(byte[] bytes, boolean end) -> {
          body.writeBytes(bytes);
          if (end) {
            return body.toByteArray();
          }
        }
        case H2Stream.Event.Head _ -> throw new IOException("trailers that nobody sent");
        case H2Stream.Event.Broken(String how) -> throw new IOException(how);
      }
    }
  }

  private static void answer(H2Stream stream, String id, String path, byte[] request)
      throws IOException {
    boolean echo = path.equals("/soak/echo");
    byte[] body =
        echo
            ? request
            : Exchange.bytes(id, Integer.parseInt(path.substring(path.indexOf('=') + 1)));
    Http2Headers head = new DefaultHttp2Headers().status("200");
    if (path.startsWith("/soak/abort")) {
      stream.head(head, false);
      stream.data(Arrays.copyOf(body, body.length / 2), false);
      stream.reset();
      return;
    }
    if (body.length % 3 != 0) {
      head.setInt("content-length", body.length);
    }
    stream.head(head, body.length == 0);
    if (body.length > 0) {
      stream.data(body, true);
    }
  }

  @Override
  int connections() {
    return connections.size();
  }

  @Override
  void drop() {
    Channel open = server;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
    last.forEach(this::lastOf);
    for (Channel connection : connections) {
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      // Past its pipeline, where the codec would say goodbye first.
      connection
          .eventLoop()
          .submit(() -> connection.unsafe().close(connection.newPromise()))
          .awaitUninterruptibly();
    }
  }
}
