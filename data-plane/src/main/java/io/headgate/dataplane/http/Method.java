package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** A request method. Immutable; known methods are constants and may be compared by identity. */
public final class Method {
  public static final Method GET = new Method("GET", true);
  public static final Method HEAD = new Method("HEAD", true);
  public static final Method POST = new Method("POST", false);
  public static final Method PUT = new Method("PUT", true);
  public static final Method DELETE = new Method("DELETE", true);
  public static final Method CONNECT = new Method("CONNECT", false);
  public static final Method OPTIONS = new Method("OPTIONS", true);
  public static final Method TRACE = new Method("TRACE", true);
  public static final Method PATCH = new Method("PATCH", false);

  private static final Method[] KNOWN = {
    GET, POST, PUT, HEAD, DELETE, OPTIONS, PATCH, CONNECT, TRACE
  };

  private final String text;
  private final byte[] bytes;
  private final boolean idempotent;

  private Method(String text, boolean idempotent) {
    this.text = text;
    this.bytes = text.getBytes(ISO_8859_1);
    this.idempotent = idempotent;
  }

  /**
   * Returns the method of these bytes (case matters, RFC 9110 §9.1); the caller has checked the
   * token.
   */
  public static Method of(byte[] bytes, int offset, int length) {
    for (Method known : KNOWN) {
      if (known.bytes.length == length
          && Arrays.equals(known.bytes, 0, length, bytes, offset, offset + length)) {
        return known;
      }
    }
    return new Method(new String(bytes, offset, length, ISO_8859_1), false);
  }

  /**
   * Returns the method of that name.
   *
   * @throws HeaderViolation when it is no token
   */
  public static Method of(String text) {
    if (text.isEmpty()) {
      throw new HeaderViolation("empty method");
    }
    for (int i = 0; i < text.length(); i++) {
      if (!Tokens.isToken(text.charAt(i))) {
        throw new HeaderViolation("illegal character in method");
      }
    }
    byte[] raw = text.getBytes(ISO_8859_1);
    return of(raw, 0, raw.length);
  }

  /** Returns whether sending it twice has the effect of sending it once (RFC 9110 §9.2.2). */
  public boolean isIdempotent() {
    return idempotent;
  }

  /** Returns the method's bytes, which must not be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Method method && method.text.equals(text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
