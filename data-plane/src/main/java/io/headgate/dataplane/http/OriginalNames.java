package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the sender of a head wrote the names of its fields, for peers that care about upper case. The
 * first spelling of a name counts. Immutable.
 */
public final class OriginalNames {
  private final Map<String, byte[]> names = new HashMap<>();

  /**
   * Reads the names of field lines.
   *
   * @param at behind the start line
   * @param end behind the empty line
   */
  public OriginalNames(byte[] bytes, int at, int end) {
    int line = at;
    while (line < end) {
      int next = line;
      while (next < end && bytes[next] != '\n') {
        next++;
      }
      int colon = line;
      while (colon < next && bytes[colon] != ':') {
        colon++;
      }
      if (colon < next) {
        String name = new String(bytes, line, colon - line, ISO_8859_1);
        names.putIfAbsent(name.toLowerCase(Locale.ROOT), name.getBytes(ISO_8859_1));
      }
      line = next + 1;
    }
  }

  /** Returns the name as it was sent, null when it was not; the bytes must not be changed. */
  public byte @Nullable [] find(String lower) {
    return names.get(lower);
  }
}
