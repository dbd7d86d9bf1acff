package io.headgate.dataplane.codec.h2.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderName;
import java.util.Arrays;

/**
 * Names that a codec treats by themselves, as small numbers that are found once for each name of a
 * table.
 */
public final class FieldKind {
  /** Any other field. */
  public static final int OTHER = 0;

  public static final int METHOD = 1;
  public static final int SCHEME = 2;
  public static final int AUTHORITY = 3;
  public static final int PATH = 4;
  public static final int STATUS = 5;
  public static final int PROTOCOL = 6;

  /** A name that begins with a colon and is none of those above. */
  public static final int UNKNOWN_PSEUDO = 7;

  public static final int HOST = 8;
  public static final int COOKIE = 9;
  public static final int CONTENT_LENGTH = 10;
  public static final int TE = 11;

  /** A field of an HTTP/1 connection, which must not be in HTTP/2 (RFC 9113 §8.2.2). */
  public static final int CONNECTION = 12;

  private static final String[] NAMES = {
    ":method",
    ":scheme",
    ":authority",
    ":path",
    ":status",
    ":protocol",
    "host",
    "cookie",
    "content-length",
    "te",
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade"
  };
  private static final int[] KINDS = {
    METHOD,
    SCHEME,
    AUTHORITY,
    PATH,
    STATUS,
    PROTOCOL,
    HOST,
    COOKIE,
    CONTENT_LENGTH,
    TE,
    CONNECTION,
    CONNECTION,
    CONNECTION,
    CONNECTION,
    CONNECTION
  };
  private static final int MASK = 63;
  private static final byte[][] BYTES = new byte[MASK + 1][];
  private static final int[] BY_SLOT = new int[MASK + 1];

  static {
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i].getBytes(US_ASCII);
      int slot = HeaderName.hash(name, 0, name.length) & MASK;
      while (BY_SLOT[slot] != 0) {
        slot = (slot + 1) & MASK;
      }
      BYTES[slot] = name;
      BY_SLOT[slot] = KINDS[i];
    }
  }

  private FieldKind() {}

  /** Returns whether a kind is a pseudo field. */
  public static boolean isPseudo(int kind) {
    return kind >= METHOD && kind <= UNKNOWN_PSEUDO;
  }

  static int of(int hash, byte[] b, int offset, int length) {
    for (int slot = hash & MASK; BY_SLOT[slot] != 0; slot = (slot + 1) & MASK) {
      byte[] name = BYTES[slot];
      if (Arrays.equals(name, 0, name.length, b, offset, offset + length)) {
        return BY_SLOT[slot];
      }
    }
    return length > 0 && b[offset] == ':' ? UNKNOWN_PSEUDO : OTHER;
  }
}
