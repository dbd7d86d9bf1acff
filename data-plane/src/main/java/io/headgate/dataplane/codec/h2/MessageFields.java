package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.codec.h2.hpack.FieldKind;
import io.headgate.dataplane.codec.h2.hpack.FieldSink;
import io.headgate.dataplane.http.Decimals;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of one message after another and judges them by RFC 9113 §8.2 and §8.3: pseudo
 * fields first and once, no field of an HTTP/1 connection, one body length, lower-case names, and
 * not more than the limits. Crumbs of a cookie are joined. One object per connection.
 */
abstract class MessageFields implements FieldSink {
  /** What a field counts beside its bytes (RFC 9113 §6.5.2). */
  private static final int OVERHEAD = 32;

  private static final byte[] COOKIE = {'c', 'o', 'o', 'k', 'i', 'e'};
  private static final int COOKIE_HASH = HeaderName.hash(COOKIE, 0, COOKIE.length);

  private final int maxBytes;
  private final int maxFields;
  private HeaderBlock block = new HeaderBlock(0, 1);
  private int bytes;
  private int count;
  private boolean regular;
  private final int[] crumbs;
  private int crumbCount;

  /** What is wrong so far, null for nothing. */
  @Nullable String flaw;

  /** Whether a limit is exceeded; the fields are then not kept. */
  boolean tooLarge;

  /** Body length in bytes, -1 when none was given. */
  long contentLength;

  MessageFields(H2Settings settings) {
    maxBytes = settings.maxHeadBytes();
    maxFields = settings.maxFields();
    crumbs = new int[2 * Math.min(maxFields, 256)];
  }

  void begin(HeaderBlock newBlock) {
    block = newBlock;
    bytes = 0;
    count = 0;
    regular = false;
    crumbCount = 0;
    flaw = null;
    tooLarge = false;
    contentLength = -1;
  }

  /** Returns how many bytes the fields have, uncompressed. */
  int bytes() {
    return bytes;
  }

  @Override
  public final HeaderBlock block() {
    return block;
  }

  @Override
  public final boolean isFull() {
    return tooLarge;
  }

  @Override
  public final boolean field(
      int kind, boolean legal, int hash, int name, int nameLength, int value, int valueLength) {
    bytes += nameLength + valueLength + OVERHEAD;
    boolean pseudo = FieldKind.isPseudo(kind);
    if (bytes > maxBytes + OVERHEAD * maxFields || (!pseudo && ++count > maxFields)) {
      tooLarge = true;
      return false;
    }
    if (tooLarge || flaw != null) {
      return false;
    }
    if (!legal) {
      flaw = "http2.invalid_header_field";
      return false;
    }
    if (pseudo) {
      if (regular) {
        flaw = "http2.pseudo_header_order";
      } else {
        flaw = pseudo(kind, value, valueLength);
      }
      return flaw == null;
    }
    regular = true;
    byte[] b = block.array();
    switch (kind) {
      case FieldKind.CONNECTION -> {
        flaw = "http2.connection_header";
        return false;
      }
      case FieldKind.TE -> {
        if (!Tokens.equalsIgnoreCase(b, value, valueLength, "trailers")) {
          flaw = "http2.te";
          return false;
        }
      }
      case FieldKind.CONTENT_LENGTH -> {
        if (contentLength >= 0) {
          flaw = "http2.content_length_twice";
          return false;
        }
        contentLength = Decimals.read(b, value, valueLength);
        if (contentLength < 0) {
          flaw = "http2.content_length";
          return false;
        }
      }
      case FieldKind.COOKIE -> {
        return crumb(value, valueLength);
      }
      case FieldKind.HOST -> {
        return host(value, valueLength);
      }
      default -> {}
    }
    if (!accepts(name, nameLength)) {
      return false;
    }
    block.declare(hash, name, nameLength, value, valueLength);
    return true;
  }

  /** Takes a pseudo field; returns what is wrong with it, or null. */
  abstract @Nullable String pseudo(int kind, int value, int length);

  /** Takes a host field; returns whether its bytes are kept. */
  abstract boolean host(int value, int length);

  /** Returns whether a field of that name is taken; may set {@link #flaw}. */
  abstract boolean accepts(int name, int length);

  private boolean crumb(int value, int length) {
    if (2 * crumbCount == crumbs.length) {
      tooLarge = true;
      return false;
    }
    crumbs[2 * crumbCount] = value;
    crumbs[2 * crumbCount + 1] = length;
    crumbCount++;
    return true;
  }

  /** Declares the cookie, its crumbs joined (RFC 9113 §8.2.3). */
  void joinCookie() {
    if (crumbCount == 0) {
      return;
    }
    int hash = COOKIE_HASH;
    if (crumbCount == 1) {
      block.declare(hash, crumbs[0] - COOKIE.length - 2, COOKIE.length, crumbs[0], crumbs[1]);
      return;
    }
    int length = COOKIE.length + 4;
    for (int i = 0; i < crumbCount; i++) {
      length += crumbs[2 * i + 1] + 2;
    }
    byte[] b = block.room(length);
    int start = block.used();
    System.arraycopy(COOKIE, 0, b, start, COOKIE.length);
    int at = start + COOKIE.length;
    b[at++] = ':';
    b[at++] = ' ';
    int value = at;
    for (int i = 0; i < crumbCount; i++) {
      if (i > 0) {
        b[at++] = ';';
        b[at++] = ' ';
      }
      System.arraycopy(b, crumbs[2 * i], b, at, crumbs[2 * i + 1]);
      at += crumbs[2 * i + 1];
    }
    b[at] = '\r';
    b[at + 1] = '\n';
    block.used(at + 2);
    block.declare(hash, start, COOKIE.length, value, at - value);
  }
}
