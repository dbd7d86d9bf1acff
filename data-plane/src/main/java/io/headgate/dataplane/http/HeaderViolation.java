package io.headgate.dataplane.http;

/**
 * A header name or value that must never be sent: it holds CR, LF, NUL or, for a name, a byte that
 * is no token character. Thrown by mutations of a {@link HeaderBlock}; carries no stack trace.
 */
public final class HeaderViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HeaderViolation(String message) {
    super(message, null, false, false);
  }
}
