package io.headgate.xds.codec.message;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * Checks that hold for every message of a tree alike: no fields that our protos do not know, and
 * the validation rules in the protos themselves. The content of an {@code Any} is checked when it
 * is unpacked.
 */
final class WireChecks {
  private WireChecks() {}

  static void check(Message message, String path, DecodeContext context) {
    if (!context.options.ignoreUnknownFields()) {
      for (Integer number : message.getUnknownFields().asMap().keySet()) {
        context.add(
            path,
            "field number " + number,
            message.getDescriptorForType().getName() + " has no such field",
            "remove it, or allow unknown fields");
      }
    }
    ValidationRules.check(message, path, context);
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
        descend(field, entry.getValue(), at, context);
      }
    }
  }

  private static void descend(
      FieldDescriptor field, Object value, String at, DecodeContext context) {
    if (field.isMapField()) {
      for (Object element : (List<?>) value) {
        MapEntry<?, ?> entry = (MapEntry<?, ?>) element;
        if (entry.getValue() instanceof Message nested) {
          check(nested, at + "[\"" + entry.getKey() + "\"]", context);
        }
      }
    } else if (field.isRepeated()) {
      int i = 0;
      for (Object element : (List<?>) value) {
        check((Message) element, at + "[" + i++ + "]", context);
      }
    } else {
      check((Message) value, at, context);
    }
  }
}
