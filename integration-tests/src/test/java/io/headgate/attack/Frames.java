package io.headgate.attack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** HTTP/2 frames, written byte by byte (RFC 9113 §4, §6), right or wrong. */
final class Frames {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_HEADER_LIST_SIZE = 6;

  static final byte[] NOTHING = {};

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONG_STRING = 127;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** What a client says first, with settings as names and values in turn. */
  static Frames preface(int... settings) {
    Frames frames = new Frames();
    frames.out.writeBytes(PREFACE);
    return frames.settings(settings);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  Frames frame(int type, int flags, int stream, byte[] payload) {
    out.write(payload.length >>> 16);
    out.write(payload.length >>> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(number(stream));
    out.writeBytes(payload);
    return this;
  }

  Frames settings(int... pairs) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int i = 0; i < pairs.length; i += 2) {
      payload.write(pairs[i] >>> 8);
      payload.write(pairs[i]);
      payload.writeBytes(number(pairs[i + 1]));
    }
    return frame(SETTINGS, 0, 0, payload.toByteArray());
  }

  Frames settingsAck() {
    return frame(SETTINGS, ACK, 0, NOTHING);
  }

  Frames ping() {
    return frame(PING, 0, 0, new byte[8]);
  }

  Frames priority(int stream, int dependsOn) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(number(dependsOn));
    payload.write(16);
    return frame(PRIORITY, 0, stream, payload.toByteArray());
  }

  Frames window(int stream, int increment) {
    return frame(WINDOW_UPDATE, 0, stream, number(increment));
  }

  Frames cancel(int stream) {
    return frame(RST_STREAM, 0, stream, number(8));
  }

  Frames data(int stream, boolean end, byte[] payload) {
    return frame(DATA, end ? END_STREAM : 0, stream, payload);
  }

  Frames get(int stream, String path) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, head("GET", path));
  }

  /** A request whose body is still to come. */
  Frames post(int stream, String path) {
    return frame(HEADERS, END_HEADERS, stream, head("POST", path));
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  /** The header block of a request with more fields, names and values in turn. */
  static byte[] head(String method, String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(field(":method", method));
    block.writeBytes(field(":scheme", "http"));
    block.writeBytes(field(":authority", "edge.test"));
    block.writeBytes(field(":path", path));
    for (int i = 0; i < more.length; i += 2) {
      block.writeBytes(field(more[i], more[i + 1]));
    }
    return block.toByteArray();
  }

  /** A field as a literal that enters no table (RFC 7541 §6.2.2). */
  static byte[] field(String name, String value) {
    return literal(0, name, value);
  }

  /** A field as a literal that enters the dynamic table, where it gets the index 62. */
  static byte[] indexedField(String name, String value) {
    return literal(0x40, name, value);
  }

  private static byte[] literal(int kind, String name, String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(kind);
    string(bytes, name);
    string(bytes, value);
    return bytes.toByteArray();
  }

  private static void string(ByteArrayOutputStream bytes, String text) {
    int length = text.length();
    if (length < LONG_STRING) {
      bytes.write(length);
    } else {
      bytes.write(LONG_STRING);
      for (length -= LONG_STRING; length >= 128; length >>>= 7) {
        bytes.write((length & 127) | 128);
      }
      bytes.write(length);
    }
    bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
