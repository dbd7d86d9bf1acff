package io.headgate.fleet.codec.document;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message from YAML or JSON by its descriptor and reports everything that is wrong with
 * the text: syntax, unknown fields, wrong types, fields given twice, fields that are known and not
 * implemented.
 *
 * <p>Spec: YAML 1.2.2; RFC 8259; the protobuf JSON mapping for {@link Dialect#PROTO_JSON}.
 */
public final class MessageReader {

  /**
   * How to read.
   *
   * @param types the descriptor for a full message name, as an Any's type URL ends with it; null
   *     when unknown
   * @param allowUnknown fields that the descriptor does not know are ignored and listed instead of
   *     refused
   */
  public record Options(
      Dialect dialect,
      Function<String, @Nullable Descriptor> types,
      boolean allowUnknown,
      Limits limits) {
    /** For bootstraps. */
    public static Options bootstrap(
        Function<String, @Nullable Descriptor> types, boolean allowUnknown) {
      return new Options(Dialect.PROTO_JSON, types, allowUnknown, Limits.FILE);
    }
  }

  private MessageReader() {}

  /**
   * Reads a text that holds exactly one message. A text that is strict JSON is read as JSON,
   * everything else as YAML.
   *
   * @param prototype any instance of the message type
   */
  @SuppressWarnings("unchecked") // a prototype's builder builds the prototype's type
  public static <M extends Message> ReadMessage<M> read(String text, M prototype, Options options) {
    Problems problems = new Problems();
    Message.Builder builder = prototype.newBuilderForType();
    try {
      List<Node> documents = documents(text, options.limits());
      if (documents.isEmpty()) {
        problems.add("", 1, "", "is empty", "");
      } else if (documents.size() > 1) {
        problems.add("", documents.get(1).line(), "", "holds more than one document", "keep one");
      } else {
        new MessageFiller(options, problems).root(documents.get(0), builder);
      }
    } catch (SyntaxError e) {
      problems.add("", e.line(), "", e.reason(), e.fix());
    }
    return new ReadMessage<>(
        (M) builder.buildPartial(), problems.violations(), problems.ignored(), problems::line);
  }

  private static List<Node> documents(String text, Limits limits) throws SyntaxError {
    if (text.stripLeading().startsWith("{")) {
      try {
        return List.of(JsonTree.parse(text, limits));
      } catch (SyntaxError notStrict) {
        // The flow style of YAML also begins with a brace; its reader has the last word.
      }
    }
    return YamlTree.parse(text, 1, limits);
  }
}
