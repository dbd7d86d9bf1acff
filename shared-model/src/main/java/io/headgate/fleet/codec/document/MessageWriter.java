package io.headgate.fleet.codec.document;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes messages as JSON or YAML that {@link MessageReader} reads back to an equal message. */
public final class MessageWriter {
  private MessageWriter() {}

  /**
   * JSON in one line: fields in the order of their numbers, map entries in the order of their keys.
   *
   * @param types the descriptor for a full message name inside an Any; one that is unknown is
   *     written in base64
   */
  public static String json(
      Message message, Dialect dialect, Function<String, @Nullable Descriptor> types) {
    return TreeText.json(new MessageTree(dialect, types).of(message));
  }

  /** YAML in block style. */
  public static String yaml(
      Message message, Dialect dialect, Function<String, @Nullable Descriptor> types) {
    return TreeText.yaml(new MessageTree(dialect, types).of(message));
  }
}
