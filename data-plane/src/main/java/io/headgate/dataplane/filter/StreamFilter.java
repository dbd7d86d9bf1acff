package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;

/**
 * One filter in one stream. Every callback passes everything on unless it is overridden.
 *
 * <p>Request callbacks run from the first filter to the last, the answer's from the last to the
 * first. No callback comes after {@link #onDestroy}.
 *
 * <p><b>Thread:</b> the stream's event loop. <b>Errors:</b> an exception that leaves a callback
 * ends the stream with 500.
 */
public abstract class StreamFilter {
  private FilterStream stream = NoStream.INSTANCE;

  /** Makes a filter; {@link #stream()} is there from the first callback on. */
  protected StreamFilter() {}

  /** Ties the filter to its stream; called once by the chain. */
  public final void attach(FilterStream newStream) {
    stream = newStream;
  }

  /** Returns the stream as this filter sees it. */
  protected final FilterStream stream() {
    return stream;
  }

  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    return FilterAction.CONTINUE;
  }

  public FilterAction onRequestData(BodyChunk chunk, boolean endStream) {
    return FilterAction.CONTINUE;
  }

  public FilterAction onRequestTrailers(HeaderBlock trailers) {
    return FilterAction.CONTINUE;
  }

  /** An informational head (1xx) passes; it cannot be held. */
  public void onInformational(ResponseHead head) {}

  public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
    return FilterAction.CONTINUE;
  }

  public FilterAction onResponseData(BodyChunk chunk, boolean endStream) {
    return FilterAction.CONTINUE;
  }

  public FilterAction onResponseTrailers(HeaderBlock trailers) {
    return FilterAction.CONTINUE;
  }

  /**
   * The stream is over, completed or aborted at any point: let go of everything. Called exactly
   * once.
   */
  public void onDestroy() {}
}
