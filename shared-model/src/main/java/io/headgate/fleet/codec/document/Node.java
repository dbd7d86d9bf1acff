package io.headgate.fleet.codec.document;

import java.util.List;

/** A value of a YAML or JSON text with the line, from 1, where it begins. */
public sealed interface Node {
  int line();

  /** How many nodes the value has when every alias is written out. */
  long size();

  /** What a message may show of the value. */
  default String preview() {
    return switch (this) {
      case Scalar s -> s.text().length() <= 80 ? s.text() : s.text().substring(0, 77) + "...";
      case Mapping m -> "";
      case Sequence s -> "";
    };
  }

  /** What a scalar is by the YAML 1.2 core schema. */
  enum Type {
    STRING("text"),
    INTEGER("a whole number"),
    FLOAT("a number"),
    BOOLEAN("true or false"),
    NULL("null");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  record Scalar(String text, Type type, int line) implements Node {
    @Override
    public long size() {
      return 1;
    }
  }

  /** Entries in the order of the text; a key may stand there twice. */
  record Mapping(List<Entry> entries, int line, long size) implements Node {}

  record Entry(String key, int line, Node value) {}

  record Sequence(List<Node> items, int line, long size) implements Node {}

  /** What the value is, for messages. */
  default String words() {
    return switch (this) {
      case Scalar s -> s.type().words();
      case Mapping m -> "a mapping";
      case Sequence s -> "a list";
    };
  }

  default boolean isNull() {
    return this instanceof Scalar s && s.type() == Type.NULL;
  }
}
