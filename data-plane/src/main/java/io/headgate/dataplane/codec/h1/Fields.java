package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.Decimals;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Tokens;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses the field lines of a head in a header block's storage and takes out what belongs to the
 * connection rather than the message: framing, {@code host}, {@code connection} and what it names,
 * {@code upgrade}. One object per connection, filled anew by each head.
 *
 * <p><i>Spec:</i> RFC 9112 §5 and §6; every leniency that it permits is refused.
 */
final class Fields {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final int MAX_NOMINATIONS = 4;

  private final H1Settings settings;

  /** Body length in bytes, -1 when none was given. */
  long contentLength;

  boolean chunked;
  boolean close;
  boolean keepAlive;

  /** Whether Connection names {@code upgrade}. */
  boolean connectionUpgrade;

  /** Where the value of the first Upgrade field lies, and how many there are. */
  int upgradeOffset;

  int upgradeLength;
  int upgradeCount;

  /** The values of all Upgrade fields but the first, a comma before each: rare, so no hot path. */
  private String moreUpgrades = "";

  int hostOffset;
  int hostLength;

  /** Whether the storage holds more fields than the limit allows. */
  boolean tooMany;

  private boolean transferEncoding;
  private boolean underscore;

  /** Where the Connection fields that name other fields lie: offset and length in turn. */
  private final int[] nominations = new int[2 * MAX_NOMINATIONS];

  private int nominationCount;

  Fields(H1Settings settings) {
    this.settings = settings;
  }

  /**
   * Returns the lower-case token of the Upgrade field when Connection names it, null when there is
   * none or it is {@code h2c}, which nobody may be talked into (RFC 9113 deprecates it). Several
   * are joined; {@code h2c} is never among them.
   */
  @Nullable String upgrade(byte[] b) {
    if (!connectionUpgrade || upgradeCount == 0) {
      return null;
    }
    if (upgradeCount == 1
        && Tokens.equalsIgnoreCase(b, upgradeOffset, upgradeLength, "websocket")) {
      return "websocket";
    }
    StringBuilder tokens = new StringBuilder();
    String sent = new String(b, upgradeOffset, upgradeLength, ISO_8859_1) + moreUpgrades;
    for (String token : sent.toLowerCase(Locale.ROOT).split(",", -1)) {
      String clean = token.strip();
      if (!clean.isEmpty() && !clean.equals("h2c")) {
        tokens.append(tokens.isEmpty() ? "" : ", ").append(clean);
      }
    }
    return tokens.isEmpty() ? null : tokens.toString();
  }

  /**
   * Parses from {@code at} to the empty line and declares the fields.
   *
   * @param end behind the CRLF of the empty line
   * @return null, or the response code details of what is wrong
   */
  @Nullable String parse(HeaderBlock block, int at, int end) {
    contentLength = -1;
    chunked = false;
    close = false;
    keepAlive = false;
    connectionUpgrade = false;
    upgradeCount = 0;
    moreUpgrades = "";
    hostOffset = -1;
    hostLength = 0;
    tooMany = false;
    nominationCount = 0;
    transferEncoding = false;
    byte[] b = block.array();
    int count = 0;
    while (b[at] != '\r') {
      if (++count > settings.maxFields()) {
        tooMany = true;
        return "http1.too_many_headers";
      }
      int name = at;
      int hash = 0;
      underscore = false;
      byte c;
      while ((c = Tokens.lower(b[at])) != 0) {
        if (c == '_') {
          underscore = true;
        }
        b[at++] = c;
        hash = 31 * hash + c;
      }
      int nameLength = at - name;
      if (b[at] != ':' || nameLength == 0) {
        return "http1.codec_error";
      }
      at++;
      while (b[at] == ' ' || b[at] == '\t') {
        at++;
      }
      int value = at;
      at = endOfValue(b, at, end);
      if (b[at] != '\r' || b[at + 1] != '\n') {
        return "http1.codec_error";
      }
      int valueEnd = at;
      while (valueEnd > value && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
        valueEnd--;
      }
      at += 2;
      if (underscore && settings.underscores() != H1Settings.Underscores.ALLOW) {
        if (settings.underscores() == H1Settings.Underscores.REJECT) {
          return "http1.unexpected_underscore";
        }
        continue;
      }
      String wrong = field(block, hash, name, nameLength, value, valueEnd - value);
      if (wrong != null) {
        return wrong;
      }
    }
    if (at + 2 != end) {
      return "http1.codec_error";
    }
    if (transferEncoding && contentLength >= 0) {
      return "http1.content_length_and_chunked_not_allowed";
    }
    if (nominationCount > 0) {
      dropNominated(block);
    }
    return null;
  }

  /**
   * Returns the offset of the first byte that is no value byte; eight bytes at a time up to there.
   */
  private static int endOfValue(byte[] b, int at, int end) {
    while (at + 8 <= end) {
      long word = (long) LONGS.get(b, at);
      long low = (word - ONES * 0x20) & ~word;
      long x = word ^ (ONES * 0x7f);
      long del = (x - ONES) & ~x;
      long hit = (low | del) & HIGHS;
      if (hit != 0) {
        at += Long.numberOfTrailingZeros(hit) >>> 3;
        break;
      }
      at += 8;
    }
    while (at < end && Tokens.isValue(b[at])) {
      at++;
    }
    return at;
  }

  private @Nullable String field(
      HeaderBlock block, int hash, int name, int nameLength, int value, int length) {
    byte[] b = block.array();
    switch (nameLength) {
      case 2 -> {
        if (is(b, name, "te")) {
          if (Tokens.equalsIgnoreCase(b, value, length, "trailers")
              && !block.contains(HeaderNames.TE)) {
            block.declare(hash, name, nameLength, value, length);
          }
          return null;
        }
      }
      case 4 -> {
        if (is(b, name, "host")) {
          if (hostOffset >= 0) {
            return "http1.codec_error";
          }
          hostOffset = value;
          hostLength = length;
          return null;
        }
      }
      case 7 -> {
        if (is(b, name, "upgrade")) {
          if (upgradeCount++ == 0) {
            upgradeOffset = value;
            upgradeLength = length;
          } else {
            moreUpgrades += "," + new String(b, value, length, ISO_8859_1);
          }
          return null;
        }
      }
      case 10 -> {
        if (is(b, name, "connection")) {
          return connection(b, value, length);
        }
        if (is(b, name, "keep-alive")) {
          return null;
        }
      }
      case 14 -> {
        if (is(b, name, "content-length")) {
          if (contentLength >= 0) {
            return "http1.codec_error";
          }
          contentLength = Decimals.read(b, value, length);
          if (contentLength < 0) {
            return "http1.codec_error";
          }
        } else if (is(b, name, "http2-settings")) {
          return null;
        }
      }
      case 16 -> {
        if (is(b, name, "proxy-connection")) {
          return null;
        }
      }
      case 17 -> {
        if (is(b, name, "transfer-encoding")) {
          if (transferEncoding || !Tokens.equalsIgnoreCase(b, value, length, "chunked")) {
            return "http1.invalid_transfer_encoding";
          }
          transferEncoding = true;
          chunked = true;
          return null;
        }
      }
      default -> {}
    }
    block.declare(hash, name, nameLength, value, length);
    return null;
  }

  /** Reads the tokens of a Connection field; names other than ours are kept for later. */
  private @Nullable String connection(byte[] b, int value, int length) {
    boolean names = false;
    int at = value;
    int end = value + length;
    while (at < end) {
      int comma = at;
      while (comma < end && b[comma] != ',') {
        comma++;
      }
      int from = at;
      int to = comma;
      while (from < to && (b[from] == ' ' || b[from] == '\t')) {
        from++;
      }
      while (to > from && (b[to - 1] == ' ' || b[to - 1] == '\t')) {
        to--;
      }
      int size = to - from;
      if (Tokens.equalsIgnoreCase(b, from, size, "close")) {
        close = true;
      } else if (Tokens.equalsIgnoreCase(b, from, size, "keep-alive")) {
        keepAlive = true;
      } else if (Tokens.equalsIgnoreCase(b, from, size, "upgrade")) {
        connectionUpgrade = true;
      } else if (size > 0 && !Tokens.equalsIgnoreCase(b, from, size, "te")) {
        names = true;
      }
      at = comma + 1;
    }
    if (names) {
      if (nominationCount == MAX_NOMINATIONS) {
        return "http1.connection_header_rejected";
      }
      nominations[2 * nominationCount] = value;
      nominations[2 * nominationCount + 1] = length;
      nominationCount++;
    }
    return null;
  }

  /** Removes the fields that Connection names (RFC 9110 §7.6.1), except the length of the body. */
  private void dropNominated(HeaderBlock block) {
    byte[] b = block.array();
    for (int i = block.size() - 1; i >= 0; i--) {
      if (!block.nameEquals(i, HeaderNames.CONTENT_LENGTH)
          && isNominated(b, block.nameOffset(i), block.nameLength(i))) {
        block.removeAt(i);
      }
    }
  }

  private boolean isNominated(byte[] b, int name, int length) {
    for (int n = 0; n < nominationCount; n++) {
      int at = nominations[2 * n];
      int end = at + nominations[2 * n + 1];
      while (at < end) {
        int stop = at;
        while (stop < end && isNameByte(b[stop])) {
          stop++;
        }
        int i = 0;
        while (i < length && stop - at == length && Tokens.lower(b[at + i]) == b[name + i]) {
          i++;
        }
        if (i == length) {
          return true;
        }
        at = stop + 1;
      }
    }
    return false;
  }

  private static boolean isNameByte(byte c) {
    return Tokens.lower(c) != 0;
  }

  private static boolean is(byte[] b, int offset, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      if (b[offset + i] != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
