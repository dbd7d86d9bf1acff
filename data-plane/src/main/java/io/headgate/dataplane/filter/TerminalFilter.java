package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.netty.buffer.ByteBuf;

/**
 * The last filter of a chain in one stream: it takes the request and makes the answer. The router
 * is one.
 *
 * <p><b>Thread:</b> the stream's event loop. <b>Ownership:</b> buffers pass to the filter; head and
 * trailers are lent until {@link #onDestroy}. No callback comes after {@link #onDestroy}, which
 * comes exactly once, also when the client goes away or another filter answers, and inside the
 * filter's own call of {@code localReply} or {@code fail}.
 */
public abstract class TerminalFilter {
  /** Makes a filter. */
  protected TerminalFilter() {}

  /** Ties the filter to its stream; called once, before any other callback. */
  public abstract void attach(TerminalStream stream);

  public abstract void onRequestHead(RequestHead head, boolean endStream);

  public abstract void onRequestData(ByteBuf data, boolean endStream);

  public abstract void onRequestTrailers(HeaderBlock trailers);

  /** The client's side fills up ({@code false}) or takes more again. */
  public abstract void onResponseWritabilityChanged(boolean writable);

  /** The stream is over: stop all upstream work, whose answer nobody wants. */
  public abstract void onDestroy();
}
