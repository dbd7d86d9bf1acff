package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of a corpus file beside this class; each file says in its head what a row is. */
final class Corpus {
  /**
   * One row.
   *
   * @param raw the bytes of all its {@code send} lines
   * @param words its other lines, by their first word
   */
  record Case(String name, byte[] raw, Map<String, String> words) {
    String expect() {
      return words.getOrDefault("expect", "");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Corpus() {}

  static List<Case> read(String file) {
    try (InputStream in = Corpus.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no corpus " + file);
      }
      List<Case> cases = new ArrayList<>();
      for (String block : new String(in.readAllBytes(), US_ASCII).split("\n\n", -1)) {
        if (block.startsWith("case ")) {
          cases.add(one(block));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case one(String block) {
    StringBuilder raw = new StringBuilder();
    Map<String, String> words = new LinkedHashMap<>();
    for (String line : block.lines().toList()) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1);
      if (word.equals("send")) {
        int quote = rest.indexOf('"');
        int times = quote == 0 ? 1 : Integer.parseInt(rest.substring(0, rest.indexOf('x')));
        raw.repeat(plain(rest.substring(quote + 1, rest.length() - 1)), times);
      } else {
        words.put(word, rest);
      }
    }
    return new Case(
        words.getOrDefault("case", ""), raw.toString().getBytes(ISO_8859_1), Map.copyOf(words));
  }

  private static String plain(String escaped) {
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
