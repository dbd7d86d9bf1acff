package io.headgate.dataplane.http;

import io.netty.buffer.ByteBuf;

/**
 * The request's side of one upstream exchange: a codec implements it, the router calls it.
 *
 * <p>Order of calls: {@link #sendHead}, {@link #sendData}, perhaps {@link #sendTrailers}; the call
 * that ends the request says so. After the end or {@link #reset} no call has an effect and buffers
 * are released. An HTTP/1 connection whose answer ended before its request did is closed, not
 * reused.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> buffers pass to the stream;
 * heads and trailers are only read during the call.
 */
public interface ClientStream {
  /**
   * Sends the head. The codec writes {@code host} from the authority and decides the framing: it
   * keeps a {@code content-length} that is there, else chunks; with {@code endStream} it sends no
   * body. A tunnel request is sent without {@code endStream} and without framing.
   */
  void sendHead(RequestHead head, boolean endStream);

  /**
   * Sends body or tunnel bytes; in a tunnel, which is not before the accepting head, {@code
   * endStream} half-closes and the response's side goes on.
   */
  void sendData(ByteBuf data, boolean endStream);

  /** Sends trailers and ends the request. */
  void sendTrailers(HeaderBlock trailers);

  /** Gives the exchange up; the receiver is not called any more. HTTP/1 closes the connection. */
  void reset(ProxyError reason);

  /** Returns whether the outgoing buffer is below its high watermark. */
  boolean isWritable();

  /** Stops the delivery of response data and trailers. */
  void pause();

  /** Lets response data and trailers flow again, never inside this call. */
  void resume();

  /** Returns the bytes of the request that were sent, heads and framing included. */
  long bytesSent();

  /** Returns the bytes of the response that were received, heads and framing included. */
  long bytesReceived();
}
