package io.headgate.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The words of HTTP/1.1 (RFC 9112), for both ends of the test; correct messages only. */
final class Http1 {
  /** What a body is read in. */
  @FunctionalInterface
  interface Sink {
    void take(byte[] data) throws IOException;
  }

  /** A start line and the fields, whose names are in lower case. */
  record Head(String start, Map<String, String> fields) {
    String field(String name) {
      return fields.getOrDefault(name, "");
    }
  }

  private static final int PIECE = 8 << 10;

  private Http1() {}

  static String line(DataInputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed");
      }
      line.write(b);
    }
    return line.toString(US_ASCII).stripTrailing();
  }

  static Head head(DataInputStream in) throws IOException {
    String start = line(in);
    Map<String, String> fields = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(start, fields);
  }

  /** Reads a body that ends where its head says. */
  static void body(DataInputStream in, Head head, Sink sink) throws IOException {
    if (!head.field("transfer-encoding").equals("chunked")) {
      String length = head.field("content-length");
      read(in, length.isEmpty() ? 0 : Integer.parseInt(length), sink);
      return;
    }
    for (int size = size(in); size > 0; size = size(in)) {
      read(in, size, sink);
      if (!line(in).isEmpty()) {
        throw new IOException("a chunk is longer than its size");
      }
    }
    if (!line(in).isEmpty()) {
      throw new IOException("trailers that nobody sent");
    }
  }

  private static int size(DataInputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static void read(DataInputStream in, int length, Sink sink) throws IOException {
    for (int left = length; left > 0; ) {
      byte[] piece = in.readNBytes(Math.min(left, PIECE));
      if (piece.length == 0) {
        throw new EOFException("within a body");
      }
      sink.take(piece);
      left -= piece.length;
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  static byte[] chunk(byte[] data) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(ascii(Integer.toHexString(data.length) + "\r\n"));
    chunk.writeBytes(data);
    chunk.writeBytes(ascii("\r\n"));
    return chunk.toByteArray();
  }
}
