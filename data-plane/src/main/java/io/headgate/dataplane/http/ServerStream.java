package io.headgate.dataplane.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * The answer's side of one downstream request: a codec implements it, {@code hcm} calls it.
 *
 * <p>Order of calls: any number of {@link #sendInformational}, then {@link #sendHead}, then {@link
 * #sendData}, then perhaps {@link #sendTrailers}; the call that ends the stream says so. After the
 * end or {@link #reset} no call has an effect and buffers are released. Writes are flushed by the
 * codec once per read completion, or at the end of the loop's turn.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> buffers pass to the stream;
 * heads and trailers are only read during the call.
 */
public interface ServerStream {
  /** Returns the loop that everything of this stream runs on. */
  EventLoop eventLoop();

  /** Returns the facts of the connection. */
  ConnectionInfo connection();

  /** Sends an informational head (1xx, not 101); HTTP/1.0 clients are spared it. */
  void sendInformational(ResponseHead head);

  /**
   * Sends the final head. The codec decides the framing: it keeps a {@code content-length} that is
   * there, else chunks or closes; with {@code endStream} and no length it sends {@code
   * content-length: 0} where a body could be. To a tunnel request, an accepting head opens the
   * tunnel (see the package).
   */
  void sendHead(ResponseHead head, boolean endStream);

  /**
   * Sends body or tunnel bytes; in a tunnel {@code endStream} half-closes and the request's side
   * goes on.
   */
  void sendData(ByteBuf data, boolean endStream);

  /** Sends trailers and ends the answer. */
  void sendTrailers(HeaderBlock trailers);

  /**
   * Gives the stream up: HTTP/1 closes the connection, later protocols reset the stream. The
   * receiver is not called any more.
   */
  void reset(ProxyError reason);

  /**
   * Asks that the connection takes no further stream after this one ({@code Connection: close},
   * GOAWAY).
   */
  void drain();

  /** Returns whether the outgoing buffer is below its high watermark. */
  boolean isWritable();

  /** Stops the delivery of request data and trailers. */
  void pause();

  /** Lets request data and trailers flow again, never inside this call. */
  void resume();

  /** Returns the bytes of the request that were received, heads and framing included. */
  long bytesReceived();

  /** Returns the bytes of the answer that were sent, heads and framing included. */
  long bytesSent();
}
