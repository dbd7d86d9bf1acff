package io.headgate.fleet.codec.document;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.headgate.proto.config.v1.Options;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of fields as a dialect writes them. */
final class FieldNames {
  private final Dialect dialect;

  FieldNames(Dialect dialect) {
    this.dialect = dialect;
  }

  /** The field that a name in the text means. */
  @Nullable FieldDescriptor find(Descriptor type, String name) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(name)
          || (dialect == Dialect.PROTO_JSON && field.getName().equals(name))) {
        return field;
      }
    }
    return null;
  }

  /** The name by which paths call the field. */
  String name(FieldDescriptor field) {
    return switch (dialect) {
      case FLEET -> field.getJsonName();
      case PROTO_JSON -> field.getName();
    };
  }

  List<String> all(Descriptor type) {
    return type.getFields().stream().map(this::name).toList();
  }

  /** What to use instead of the field; empty for one that is implemented. */
  static String notImplemented(FieldDescriptor field) {
    return field.getOptions().getExtension(Options.notImplemented);
  }

  static boolean dropped(FieldDescriptor field) {
    return !field.getOptions().getExtension(Options.dropped).isEmpty();
  }

  /** Whether the field holds a number of bytes as text. */
  static boolean quantity(FieldDescriptor field) {
    return field.getOptions().getExtension(Options.quantity);
  }
}
