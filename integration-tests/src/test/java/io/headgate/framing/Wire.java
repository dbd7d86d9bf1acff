package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads messages of HTTP/1 the plain way, as somebody who trusts the sender's framing. */
final class Wire {
  /** A message: its start line, its field lines, and its body as far as it came. */
  record Message(String start, List<String> fields, String body, boolean complete) {}

  private Wire() {}

  /**
   * Reads one message.
   *
   * @param hasBody false after HEAD, and for statuses without a body
   * @throws EOFException when the connection ends before the head does
   */
  static Message read(InputStream in, boolean request, boolean hasBody) throws IOException {
    String start = line(in);
    long length = -1;
    boolean chunked = false;
    List<String> fields = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      fields.add(line);
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(line.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = true;
      }
    }
    StringBuilder body = new StringBuilder();
    boolean bodiless =
        !hasBody || (!request && start.matches("HTTP/1.. (1..|204|304).*")) || length == 0;
    if (bodiless || (request && length < 0 && !chunked)) {
      return new Message(start, fields, "", true);
    }
    boolean complete = body(in, chunked, length, body, fields);
    return new Message(start, fields, body.toString(), complete);
  }

  private static boolean body(
      InputStream in, boolean chunked, long length, StringBuilder body, List<String> fields)
      throws IOException {
    try {
      if (!chunked) {
        byte[] bytes = length < 0 ? in.readAllBytes() : in.readNBytes((int) length);
        body.append(new String(bytes, ISO_8859_1));
        return length < 0 || bytes.length == length;
      }
      while (true) {
        int size = Integer.parseInt(line(in).split(";", 2)[0], 16);
        byte[] bytes = in.readNBytes(size);
        body.append(new String(bytes, ISO_8859_1));
        if (bytes.length < size) {
          return false;
        }
        if (size == 0) {
          for (String line = line(in); !line.isEmpty(); line = line(in)) {
            fields.add("trailer " + line);
          }
          return true;
        }
        line(in);
      }
    } catch (EOFException e) {
      return false;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException(line.toString());
      }
      line.append((char) c);
    }
    int end = line.length();
    return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
  }
}
