package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.headgate.dataplane.observe.ResponseFlag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that the proxy makes itself. Immutable; it may be made once per config.
 *
 * @param status HTTP status
 * @param body text, sent as {@code text/plain}; empty for none
 * @param details response code details for the access log
 * @param flag response flag, or null
 * @param headers set on the answer, replacing those of the same name
 */
public record LocalReply(
    int status, String body, String details, @Nullable ResponseFlag flag, List<Header> headers) {

  /** A header of the answer; a {@code content-type} replaces the default. */
  public record Header(HeaderName name, String value) {}

  public LocalReply {
    headers = List.copyOf(headers);
  }

  /** Makes an answer without a flag and extra headers. */
  public static LocalReply of(int status, String body, String details) {
    return new LocalReply(status, body, details, null, List.of());
  }

  /** Makes the answer for an error. */
  public static LocalReply of(ProxyError error) {
    ErrorOutcome outcome = ErrorOutcome.of(error);
    return new LocalReply(
        outcome.status() == 0 ? 500 : outcome.status(),
        outcome.body(),
        outcome.details(),
        outcome.flag(),
        List.of());
  }
}
