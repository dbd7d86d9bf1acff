package io.headgate.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the proxy wrote of exchanges. */
final class AccessLog {
  /** The line's format; an id has no blanks. */
  static final String FORMAT =
      "%REQ(X-SOAK-ID)% %RESPONSE_CODE% %UPSTREAM_HOST% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%";

  /**
   * A line.
   *
   * @param host the last one that it was sent to, {@code -} if none
   */
  record Line(int code, String host, String flags, String text) {
    static final Line NONE = new Line(0, "-", "-", "not in the access log");

    static Line of(String text) {
      String[] words = text.split(" ", 5);
      return new Line(Integer.parseInt(words[1]), words[2], words[3], text);
    }

    /** Whether the last host that was tried could not be connected to. */
    boolean isConnectFailure() {
      return List.of(flags.split(",")).contains("UF");
    }
  }

  private AccessLog() {}

  /** Reads the lines of some exchanges. */
  static Map<String, Line> of(Path file, Set<String> ids) throws IOException {
    Map<String, Line> found = new HashMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .filter(line -> ids.contains(line.substring(0, Math.max(0, line.indexOf(' ')))))
          .forEach(line -> found.put(line.substring(0, line.indexOf(' ')), Line.of(line)));
    }
    return found;
  }
}
