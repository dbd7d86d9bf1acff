package io.headgate.fleet.codec.document;

import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Mapping;
import io.headgate.fleet.codec.document.Node.Scalar;
import io.headgate.fleet.codec.document.Node.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Reads strict JSON (RFC 8259) into a tree with lines. Nothing beyond the standard is accepted. */
public final class JsonTree {
  private final String text;
  private final Limits limits;
  private int at;
  private int line = 1;
  private long nodes;

  private JsonTree(String text, Limits limits) {
    this.text = text;
    this.limits = limits;
  }

  /** Reads the one value that the text is. */
  public static Node parse(String text, Limits limits) throws SyntaxError {
    if (text.length() > limits.chars()) {
      throw new SyntaxError(
          0, "is longer than " + limits.chars() + " characters", "split it into smaller objects");
    }
    JsonTree tree = new JsonTree(text, limits);
    tree.space();
    Node root = tree.value(0);
    tree.space();
    if (tree.at < text.length()) {
      throw tree.error("has text after the value");
    }
    return root;
  }

  private SyntaxError error(String reason) {
    String here =
        at < text.length() ? " at '" + printable(text.charAt(at)) + "'" : " at the end of the text";
    return new SyntaxError(line, "is not JSON: " + reason + here, "");
  }

  private static String printable(char c) {
    return c < 0x20 || c == 0x7f ? String.format("\\u%04x", (int) c) : String.valueOf(c);
  }

  private void space() {
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  private char peek() throws SyntaxError {
    if (at >= text.length()) {
      throw error("expected a value");
    }
    return text.charAt(at);
  }

  private Node value(int depth) throws SyntaxError {
    if (depth > limits.depth()) {
      throw new SyntaxError(line, "is nested deeper than " + limits.depth() + " levels", "");
    }
    if (++nodes > limits.nodes()) {
      throw new SyntaxError(line, "holds more than " + limits.nodes() + " values", "");
    }
    int start = line;
    char c = peek();
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new Scalar(string(), Node.Type.STRING, start);
      case 't' -> word("true", Node.Type.BOOLEAN);
      case 'f' -> word("false", Node.Type.BOOLEAN);
      case 'n' -> word("null", Node.Type.NULL);
      default -> number();
    };
  }

  private Scalar word(String word, Node.Type type) throws SyntaxError {
    if (!text.startsWith(word, at)) {
      throw error("expected a value");
    }
    at += word.length();
    return new Scalar(word, type, line);
  }

  private Mapping object(int depth) throws SyntaxError {
    int start = line;
    long size = 1;
    List<Entry> entries = new ArrayList<>();
    at++;
    space();
    if (peek() == '}') {
      at++;
      return new Mapping(entries, start, size);
    }
    while (true) {
      if (peek() != '"') {
        throw error("expected a name in double quotes");
      }
      int keyLine = line;
      String key = string();
      space();
      expect(':');
      space();
      Node value = value(depth + 1);
      size += value.size();
      entries.add(new Entry(key, keyLine, value));
      space();
      if (peek() == '}') {
        at++;
        return new Mapping(entries, start, size);
      }
      expect(',');
      space();
    }
  }

  private Sequence array(int depth) throws SyntaxError {
    int start = line;
    long size = 1;
    List<Node> items = new ArrayList<>();
    at++;
    space();
    if (peek() == ']') {
      at++;
      return new Sequence(items, start, size);
    }
    while (true) {
      Node item = value(depth + 1);
      size += item.size();
      items.add(item);
      space();
      if (peek() == ']') {
        at++;
        return new Sequence(items, start, size);
      }
      expect(',');
      space();
    }
  }

  private void expect(char c) throws SyntaxError {
    if (at >= text.length() || text.charAt(at) != c) {
      throw error("expected '" + c + "'");
    }
    at++;
  }

  private String string() throws SyntaxError {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw error("expected '\"'");
      }
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      } else if (c < 0x20) {
        throw error("control character in a string");
      } else if (c == '\\') {
        at++;
        out.append(escape());
      } else {
        out.append(c);
        at++;
      }
    }
  }

  private char escape() throws SyntaxError {
    char c = peek();
    if (c == 'u') {
      if (at + 5 > text.length()) {
        throw error("expected four hex digits");
      }
      int code = 0;
      for (int i = at + 1; i < at + 5; i++) {
        int digit = Character.digit(text.charAt(i), 16);
        if (digit < 0 || text.charAt(i) > 'f') {
          throw error("expected four hex digits");
        }
        code = code * 16 + digit;
      }
      at += 5;
      return (char) code;
    }
    int known = "\"\\/bfnrt".indexOf(c);
    if (known < 0) {
      throw error("unknown escape");
    }
    at++;
    return "\"\\/\b\f\n\r\t".charAt(known);
  }

  private Scalar number() throws SyntaxError {
    int start = at;
    boolean whole = true;
    if (peek() == '-') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      whole = false;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      whole = false;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      digits();
    }
    return new Scalar(text.substring(start, at), whole ? Node.Type.INTEGER : Node.Type.FLOAT, line);
  }

  private void digits() throws SyntaxError {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw error("expected a value");
    }
  }
}
