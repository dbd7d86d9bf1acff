package io.headgate.dataplane.http;

import io.netty.buffer.ByteBuf;

/**
 * The response's side of one upstream exchange: the router implements it, a codec calls it.
 *
 * <p>Order: any number of {@link #onInformational}, {@link #onHead}, any number of {@link #onData},
 * perhaps {@link #onTrailers}; the call that completes the response says so. {@link #onReset} may
 * come at any time and is then the last call.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> buffers pass to the receiver;
 * heads and trailers are lent until the exchange ends, and may be changed by the receiver.
 */
public interface ResponseReceiver {
  /** An informational head (1xx, not 101) arrived. It is only valid during the call. */
  void onInformational(ResponseHead head);

  /** The final head arrived, or the 101 that accepts the upgrade which was asked for. */
  void onHead(ResponseHead head, boolean endStream);

  /** Body or tunnel bytes arrived; in a tunnel {@code endStream} is the peer's half-close. */
  void onData(ByteBuf data, boolean endStream);

  /** Trailers arrived and the response is complete. */
  void onTrailers(HeaderBlock trailers);

  /** The exchange failed; the connection is or will be closed in HTTP/1. */
  void onReset(ProxyError error);

  /** The outgoing buffer went above its high or below its low watermark. */
  void onWritabilityChanged(boolean writable);
}
