package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a stream that has ended.
 *
 * <p><b>Thread:</b> called on the stream's event loop, must not block. <b>Ownership:</b> everything
 * is lent for the call.
 */
public interface AccessLogger {
  /** Logs one stream; the heads are as they were sent on. */
  void log(
      StreamInfo info,
      RequestHead request,
      @Nullable ResponseHead response,
      @Nullable HeaderBlock responseTrailers);
}
