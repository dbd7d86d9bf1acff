package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the HTTP/2 frames that a corpus file describes, one a line; whatever the line says is
 * written, right or wrong. A line is the frame's type, its stream, and any of:
 *
 * <ul>
 *   <li>{@code ES EH ACK PAD PRI}: flags; {@code flags=2f} sets all of them
 *   <li>{@code x0a0b}: bytes; {@code u2:4}, {@code u4:65535}: numbers of two and four bytes
 *   <li>{@code "text"}: in DATA its bytes, in a header block two of them are a field, written as a
 *       literal that enters no table, {@code +"name" "value"} as one that enters it; {@code
 *       long:6000} is a text of that length
 *   <li>{@code m s a p}: the pseudo fields of {@code GET http://a/}; {@code get} and {@code post}
 *       all four
 *   <li>{@code 8*…}: one of these, eight times; {@code len=5}: a length that is not the payload's
 * </ul>
 *
 * The type {@code raw} writes its bytes without a frame.
 */
final class FrameText {
  private static final List<String> TYPES =
      List.of(
          "DATA",
          "HEADERS",
          "PRIORITY",
          "RST_STREAM",
          "SETTINGS",
          "PUSH_PROMISE",
          "PING",
          "GOAWAY",
          "WINDOW_UPDATE",
          "CONTINUATION");
  private static final Map<String, Integer> FLAGS =
      Map.of("ES", 1, "ACK", 1, "EH", 4, "PAD", 8, "PRI", 32);
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "m", List.of(":method", "GET"),
          "s", List.of(":scheme", "http"),
          "a", List.of(":authority", "a"),
          "p", List.of(":path", "/"),
          "get", List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/"),
          "post", List.of(":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/"));
  private static final Pattern TOKEN =
      Pattern.compile("(?:(\\d+)\\*)?(\\+?\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");
  private static final int LONG_STRING = 127;

  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private int flags;
  private int length = -1;
  private final boolean text;
  private boolean inField;

  private FrameText(boolean text) {
    this.text = text;
  }

  /** Returns the number of a type. */
  static int type(String name) {
    return TYPES.indexOf(name);
  }

  /** Returns whether a line's first word is a type of frames. */
  static boolean isFrame(String word) {
    return TYPES.contains(word) || word.equals("raw") || word.startsWith("TYPE:");
  }

  /** Returns the bytes of one line. */
  static byte[] bytes(String word, String rest) {
    if (word.equals("raw")) {
      FrameText raw = new FrameText(true);
      raw.tokens(rest);
      return raw.payload.toByteArray();
    }
    int space = rest.indexOf(' ');
    int stream = Integer.parseUnsignedInt(space < 0 ? rest : rest.substring(0, space));
    int type =
        word.startsWith("TYPE:")
            ? Integer.parseInt(word, 5, word.length(), 10)
            : TYPES.indexOf(word);
    FrameText frame = new FrameText(type == 0 || type > 9 || type == 6);
    frame.tokens(space < 0 ? "" : rest.substring(space + 1));
    return frame.frame(type, stream);
  }

  private byte[] frame(int type, int stream) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, length < 0 ? payload.size() : length, 3);
    out.write(type);
    out.write(flags);
    number(out, stream, 4);
    out.writeBytes(payload.toByteArray());
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }

  private void tokens(String line) {
    Matcher tokens = TOKEN.matcher(line);
    while (tokens.find()) {
      int times = tokens.group(1) == null ? 1 : Integer.parseInt(tokens.group(1));
      for (int i = 0; i < times; i++) {
        token(tokens.group(2));
      }
    }
  }

  private void token(String token) {
    if (token.endsWith("\"")) {
      boolean enters = token.startsWith("+");
      string(Corpus.plain(token.substring(enters ? 2 : 1, token.length() - 1)), enters);
    } else if (FLAGS.containsKey(token)) {
      flags |= FLAGS.getOrDefault(token, 0);
    } else if (FIELDS.containsKey(token)) {
      FIELDS.getOrDefault(token, List.of()).forEach(word -> string(word, false));
    } else if (token.startsWith("flags=")) {
      flags = Integer.parseInt(token, 6, token.length(), 16);
    } else if (token.startsWith("len=")) {
      length = Integer.parseInt(token, 4, token.length(), 10);
    } else if (token.matches("u[24]:.*")) {
      number(payload, Long.parseLong(token, 3, token.length(), 10), token.charAt(1) - '0');
    } else if (token.startsWith("long:")) {
      string("x".repeat(Integer.parseInt(token, 5, token.length(), 10)), false);
    } else if (token.startsWith("x")) {
      payload.writeBytes(HexFormat.of().parseHex(token.substring(1)));
    } else {
      throw new IllegalArgumentException("what is " + token + "?");
    }
  }

  private void string(String value, boolean enters) {
    byte[] bytes = value.getBytes(ISO_8859_1);
    if (!text) {
      if (!inField) {
        payload.write(enters ? 0x40 : 0);
      }
      inField = !inField;
      int rest = bytes.length;
      payload.write(Math.min(rest, LONG_STRING));
      if (rest >= LONG_STRING) {
        for (rest -= LONG_STRING; rest >= 128; rest >>>= 7) {
          payload.write((rest & 127) | 128);
        }
        payload.write(rest);
      }
    }
    payload.writeBytes(bytes);
  }
}
