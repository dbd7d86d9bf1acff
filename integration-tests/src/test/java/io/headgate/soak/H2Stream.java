package io.headgate.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2, either end, with Netty's codec below: blocking calls outside, events from
 * the loop inside. Thread: handler methods on the loop, all others on that of the user.
 */
final class H2Stream extends ChannelInboundHandlerAdapter implements Pipe {
  /** What comes in. */
  sealed interface Event {
    record Head(Http2Headers headers, boolean end) implements Event {}

    /** The bytes are the receiver's. */
    @SuppressWarnings("ArrayRecordComponent")
    record Data(byte[] bytes, boolean end) implements Event {}

    /** RST_STREAM, GOAWAY below it, or the end of the connection. */
    record Broken(String how) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Http2StreamChannel channel;
  private final DataInputStream in = new DataInputStream(new Input());
  private final OutputStream out = new Output();

  H2Stream(Http2StreamChannel channel) {
    this.channel = channel;
    channel.pipeline().addLast(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      switch (message) {
        case Http2HeadersFrame head ->
            events.add(new Event.Head(head.headers(), head.isEndStream()));
        case Http2DataFrame data -> {
          byte[] bytes = new byte[data.content().readableBytes()];
          data.content().readBytes(bytes);
          events.add(new Event.Data(bytes, data.isEndStream()));
        }
        case Http2ResetFrame reset -> broken(reset);
        default -> {}
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void broken(Http2ResetFrame reset) {
    events.add(new Event.Broken("RST_STREAM " + Http2Error.valueOf(reset.errorCode())));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    try {
      switch (event) {
        case Http2ResetFrame reset -> broken(reset);
        case Http2GoAwayFrame _ -> events.add(new Event.Broken("turned away by GOAWAY"));
        default -> {}
      }
    } finally {
      ReferenceCountUtil.release(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    events.add(new Event.Broken("closed"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    events.add(new Event.Broken(cause.toString()));
  }

  /** Waits for what comes next. */
  Event next() throws IOException {
    try {
      Event event = events.poll(Client.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new SocketTimeoutException("nothing came on stream " + channel.stream().id());
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  void head(Http2Headers headers, boolean end) throws IOException {
    done(channel.writeAndFlush(new DefaultHttp2HeadersFrame(headers, end)));
  }

  /** Returns when the window let all of it through. */
  void data(byte[] bytes, boolean end) throws IOException {
    ByteBuf content = Unpooled.wrappedBuffer(bytes);
    done(channel.writeAndFlush(new DefaultHttp2DataFrame(content, end)));
  }

  /** Writes without waiting for a window. */
  void dataLater(byte[] bytes) {
    var _ = channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), false));
  }

  private static void done(ChannelFuture future) throws IOException {
    try {
      if (!future.await(Client.TIMEOUT_MILLIS)) {
        throw new SocketTimeoutException("nothing could be sent");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    if (!future.isSuccess()) {
      throw new IOException("can not be sent: " + future.cause());
    }
  }

  @Override
  public DataInputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  /** Has no effect when the stream has ended meanwhile. */
  @Override
  public void reset() {
    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
  }

  /** Half-closes a tunnel, unless the other end was faster. */
  @Override
  public void close() {
    var _ = channel.writeAndFlush(new DefaultHttp2DataFrame(true));
  }

  /** The data of a tunnel. */
  private final class Input extends InputStream {
    private byte[] piece = new byte[0];
    private int read;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (read == piece.length) {
        if (ended) {
          return -1;
        }
        switch (next()) {
          case Event.Data(byte[] bytes, boolean end) -> {
            piece = bytes;
            read = 0;
            ended = end;
          }
          case Event.Head head -> ended = head.end();
          case Event.Broken(String how) -> throw new IOException(how);
        }
      }
      int count = Math.min(length, piece.length - read);
      System.arraycopy(piece, read, into, offset, count);
      read += count;
      return count;
    }
  }

  /** Data of a tunnel, until the window lets it through. */
  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      data(new byte[] {(byte) b}, false);
    }

    @Override
    public void write(byte @Nullable [] bytes, int offset, int length) throws IOException {
      if (bytes != null) {
        data(Arrays.copyOfRange(bytes, offset, offset + length), false);
      }
    }
  }
}
