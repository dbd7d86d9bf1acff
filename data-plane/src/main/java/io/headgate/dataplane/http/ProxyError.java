package io.headgate.dataplane.http;

import org.jspecify.annotations.Nullable;

/**
 * Why a stream failed: a kind, whose doing it was, whether the request may be tried again, and the
 * cause. Immutable, without a stack trace. {@code observe.ErrorOutcome} maps it to a status, a
 * response flag and details.
 *
 * <p><i>Retriable</i> means that no byte of the request can have been acted upon (the connection
 * failed, or it was closed by its peer before it read anything), so even a request that isn't
 * idempotent may be sent again.
 */
public final class ProxyError extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose doing an error is. */
  public enum Source {
    DOWNSTREAM,
    UPSTREAM,
    INTERNAL
  }

  private final ErrorKind kind;
  private final boolean retriable;
  private final @Nullable String details;

  private ProxyError(
      ErrorKind kind, boolean retriable, @Nullable String details, @Nullable Throwable cause) {
    super(details == null ? kind.name() : details, cause, false, false);
    this.kind = kind;
    this.retriable = retriable;
    this.details = details;
  }

  /** Makes an error whose details follow from its kind. */
  public static ProxyError of(ErrorKind kind) {
    return new ProxyError(kind, false, null, null);
  }

  /** Makes an error with its own response code details, for example {@code http1.codec_error}. */
  public static ProxyError of(ErrorKind kind, String details) {
    return new ProxyError(kind, false, details, null);
  }

  /** Makes an error with its cause. */
  public static ProxyError of(ErrorKind kind, @Nullable String details, Throwable cause) {
    return new ProxyError(kind, false, details, cause);
  }

  /** Returns the same error, marked as safe to try again. */
  public ProxyError asRetriable() {
    return new ProxyError(kind, true, details, getCause());
  }

  public ErrorKind kind() {
    return kind;
  }

  public Source source() {
    return kind.source();
  }

  /** Returns whether no byte of the request can have been acted upon. */
  public boolean retriable() {
    return retriable;
  }

  /** Returns the response code details, null when they follow from the kind. */
  public @Nullable String details() {
    return details;
  }
}
