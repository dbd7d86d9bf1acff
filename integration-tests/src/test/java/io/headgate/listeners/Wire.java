package io.headgate.listeners;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Heads of HTTP/1 messages. */
final class Wire {
  private Wire() {}

  /** Reads to the empty line; names of fields come lower-case. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) b);
    }
    StringBuilder lower = new StringBuilder();
    for (String line : head.toString().split("\r\n", -1)) {
      int colon = line.indexOf(": ");
      lower
          .append(
              colon < 0
                  ? line
                  : line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon))
          .append("\r\n");
    }
    return lower.toString();
  }

  static String field(String head, String name, String otherwise) {
    return head.lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse(otherwise);
  }
}
