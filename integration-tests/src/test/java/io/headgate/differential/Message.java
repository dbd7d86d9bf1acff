package io.headgate.differential;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 message that a correct sender wrote, read from a socket. Lenient on purpose: it shows
 * what came, it does not judge.
 *
 * @param body in ISO 8859-1
 */
public record Message(String startLine, List<Field> fields, String body, List<Field> trailers) {

  /** Reads a request. @return null at the end of the connection */
  public static @Nullable Message request(InputStream in, Runnable beforeBody) throws IOException {
    String start = line(in);
    if (start == null) {
      return null;
    }
    List<Field> fields = fields(in);
    beforeBody.run();
    List<Field> trailers = new ArrayList<>();
    String body = body(in, fields, trailers, false);
    return new Message(start, fields, body, trailers);
  }

  /** Reads a response. @return null at the end of the connection */
  public static @Nullable Message response(InputStream in, String method) throws IOException {
    String start = line(in);
    if (start == null) {
      return null;
    }
    List<Field> fields = fields(in);
    int status = status(start);
    List<Field> trailers = new ArrayList<>();
    boolean none = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
    String body = none ? "" : body(in, fields, trailers, true);
    return new Message(start, fields, body, trailers);
  }

  public int status() {
    return status(startLine);
  }

  private static int status(String start) {
    return start.matches("HTTP/1\\.\\d \\d{3}.*") ? Integer.parseInt(start.substring(9, 12)) : 0;
  }

  private static List<Field> fields(InputStream in) throws IOException {
    List<Field> fields = new ArrayList<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      fields.add(
          colon < 0
              ? new Field(line, "(no colon)")
              : new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return fields;
  }

  private static String body(
      InputStream in, List<Field> fields, List<Field> trailers, boolean untilClose)
      throws IOException {
    if (Field.values(fields, "transfer-encoding").anyMatch(value -> value.contains("chunked"))) {
      StringBuilder body = new StringBuilder();
      while (true) {
        String size = line(in);
        if (size == null) {
          throw new EOFException("in a chunked body after " + body.length() + " bytes");
        }
        int length = Integer.parseInt(size.strip().replaceAll(";.*", ""), 16);
        if (length == 0) {
          trailers.addAll(fields(in));
          return body.toString();
        }
        body.append(exactly(in, length));
        line(in);
      }
    }
    List<String> lengths = Field.values(fields, "content-length").toList();
    if (!lengths.isEmpty()) {
      return exactly(in, Integer.parseInt(lengths.getFirst()));
    }
    return untilClose ? new String(in.readAllBytes(), StandardCharsets.ISO_8859_1) : "";
  }

  private static String exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("after " + bytes.length + " of " + length + " bytes");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).replaceAll("\r$", "");
  }
}
