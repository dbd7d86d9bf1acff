package io.headgate.dataplane.http;

import io.netty.buffer.ByteBuf;

/**
 * The request's side of one downstream stream: {@code hcm} implements it, a codec calls it.
 *
 * <p>Order: {@link #onHead}, any number of {@link #onData}, perhaps {@link #onTrailers}; the call
 * that completes the request says so. {@link #onReset} may come at any time and is then the last
 * call. {@link #onComplete} comes once when the answer has ended and the request has too.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> buffers pass to the receiver;
 * the head and the trailers are lent until {@link #onComplete} or {@link #onReset}.
 */
public interface RequestReceiver {
  /** A request began. */
  void onHead(RequestHead head, boolean endStream);

  /** Body or tunnel bytes arrived; in a tunnel {@code endStream} is the peer's half-close. */
  void onData(ByteBuf data, boolean endStream);

  /**
   * Trailers arrived and the request is complete. Only trailers that may be forwarded are in it.
   */
  void onTrailers(HeaderBlock trailers);

  /**
   * The request cannot be completed. When no answer's head was sent, the receiver may still answer
   * with an error by its {@link ServerStream} if {@code canAnswer}; the codec then closes the
   * connection.
   */
  void onReset(ProxyError error, boolean canAnswer);

  /** The outgoing buffer went above its high or below its low watermark. */
  void onWritabilityChanged(boolean writable);

  /**
   * The answer has ended, and the request has too or its rest is thrown away; the stream is over. A
   * tunnel is over when both its directions have ended.
   */
  void onComplete();
}
