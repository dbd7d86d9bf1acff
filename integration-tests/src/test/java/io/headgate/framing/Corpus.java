package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of corpus files, which say in their heads what they are. Those of HTTP/1 lie with the
 * codec's tests, those of HTTP/2 beside this class.
 */
final class Corpus {
  /** Where the corpus of HTTP/1 lies. */
  static final Path H1 = Path.of("../data-plane/src/test/resources/io/headgate/dataplane/codec/h1");

  /** Where the corpus of HTTP/2 lies. */
  static final Path H2 = Path.of("src/test/resources/io/headgate/framing/h2");

  /**
   * One row: its name, the bytes of its {@code send} lines and frames, and its other lines by their
   * first word.
   */
  record Row(String name, byte[] raw, Map<String, String> words) {
    String expect() {
      return words.getOrDefault("expect", "");
    }

    /** What a whole proxy makes of it. */
    String expectOfProxy() {
      return words.getOrDefault("proxy", expect());
    }

    boolean has(String word) {
      return words.containsKey(word);
    }

    String method() {
      return words.getOrDefault("method", "GET");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Corpus() {}

  static List<Row> read(Path home, String file) {
    try {
      List<Row> rows = new ArrayList<>();
      for (String block : Files.readString(home.resolve(file), US_ASCII).split("\n\n", -1)) {
        if (block.startsWith("case ")) {
          rows.add(row(block));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String block) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    Map<String, String> words = new LinkedHashMap<>();
    for (String line : block.lines().toList()) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1);
      if (word.equals("send")) {
        int quote = rest.indexOf('"');
        int times = quote == 0 ? 1 : Integer.parseInt(rest.substring(0, rest.indexOf('x')));
        String plain = plain(rest.substring(quote + 1, rest.length() - 1));
        raw.writeBytes(plain.repeat(times).getBytes(ISO_8859_1));
      } else if (FrameText.isFrame(word)) {
        raw.writeBytes(FrameText.bytes(word, rest));
      } else {
        words.put(word, rest);
      }
    }
    return new Row(words.getOrDefault("case", ""), raw.toByteArray(), Map.copyOf(words));
  }

  /** Returns a text without its escapes. */
  static String plain(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char kind = escaped.charAt(++i);
      switch (kind) {
        case 'r' -> text.append('\r');
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'x' -> {
          text.append((char) Integer.parseInt(escaped, i + 1, i + 3, 16));
          i += 2;
        }
        default -> text.append(kind);
      }
    }
    return text.toString();
  }
}
