package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * A header's name in lower case with its bytes and hash at hand, so that looking it up in a {@link
 * HeaderBlock} makes no garbage. Immutable. Names that start with a colon are the pseudo fields of
 * {@link RequestHead#value}.
 */
public final class HeaderName {
  private final String text;
  private final byte[] bytes;
  private final int hash;

  private HeaderName(String text) {
    this.text = text;
    this.bytes = text.getBytes(ISO_8859_1);
    this.hash = hash(bytes, 0, bytes.length);
  }

  /**
   * Returns the name, lower-cased.
   *
   * @throws HeaderViolation when it is empty or holds a byte that is no token character (RFC 9110
   *     §5.6.2)
   */
  public static HeaderName of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int start = lower.startsWith(":") ? 1 : 0;
    if (lower.length() == start) {
      throw new HeaderViolation("empty header name");
    }
    for (int i = start; i < lower.length(); i++) {
      if (!Tokens.isToken(lower.charAt(i))) {
        throw new HeaderViolation("illegal character in header name '" + name + "'");
      }
    }
    HeaderName known = HeaderNames.known(lower);
    return known != null ? known : new HeaderName(lower);
  }

  static HeaderName constant(String lower) {
    return new HeaderName(lower);
  }

  /** Returns whether this is a pseudo field such as {@code :path}. */
  public boolean isPseudo() {
    return bytes[0] == ':';
  }

  /** Returns the length in bytes. */
  public int length() {
    return bytes.length;
  }

  int hash() {
    return hash;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Hashes lower-case name bytes the way {@link HeaderBlock} slots do. */
  public static int hash(byte[] lower, int offset, int length) {
    int h = 0;
    for (int i = offset; i < offset + length; i++) {
      h = 31 * h + lower[i];
    }
    return h;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof HeaderName name && name.text.equals(text));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the name in lower case. */
  @Override
  public String toString() {
    return text;
  }
}
