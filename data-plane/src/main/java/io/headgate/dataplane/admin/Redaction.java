package io.headgate.dataplane.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.headgate.xds.codec.message.EnvoyTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import udpa.annotations.Sensitive;

/**
 * Takes secrets out of messages: fields that the protos call sensitive, and key sets, which may
 * hold shared secrets. The names of files stay. An {@code Any} that cannot be read is emptied.
 */
final class Redaction {
  static final String REDACTED = "[redacted]";
  private static final Set<String> ALSO = Set.of("local_jwks");

  private Redaction() {}

  static Message redact(Message message) {
    return redact(message, false);
  }

  private static Message redact(Message message, boolean secret) {
    if (message.getDescriptorForType().getFullName().equals("google.protobuf.Any")) {
      return any(message);
    }
    Message.Builder builder = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      boolean hide = (secret || isSecret(field)) && !field.getName().equals("filename");
      if (field.isRepeated()) {
        List<Object> values = new ArrayList<>();
        ((List<?>) entry.getValue()).forEach(v -> values.add(value(field, v, hide)));
        builder.setField(field, values);
      } else {
        builder.setField(field, value(field, entry.getValue(), hide));
      }
    }
    return builder.build();
  }

  private static boolean isSecret(FieldDescriptor field) {
    return ALSO.contains(field.getName()) || field.getOptions().getExtension(Sensitive.sensitive);
  }

  private static Object value(FieldDescriptor field, Object value, boolean hide) {
    if (value instanceof Message nested) {
      return redact(nested, hide);
    }
    if (!hide) {
      return value;
    }
    return switch (field.getJavaType()) {
      case STRING -> REDACTED;
      case BYTE_STRING -> ByteString.copyFromUtf8(REDACTED);
      default -> value;
    };
  }

  private static Message any(Message message) {
    Descriptor type = message.getDescriptorForType();
    String url = (String) message.getField(type.findFieldByName("type_url"));
    ByteString bytes = (ByteString) message.getField(type.findFieldByName("value"));
    ByteString kept = ByteString.EMPTY;
    Descriptor inner = EnvoyTypes.REGISTRY.find(url.substring(url.lastIndexOf('/') + 1));
    if (inner != null) {
      try {
        kept = redact(DynamicMessage.parseFrom(inner, bytes)).toByteString();
      } catch (InvalidProtocolBufferException e) {
        kept = ByteString.EMPTY;
      }
    }
    return message
        .newBuilderForType()
        .setField(type.findFieldByName("type_url"), url)
        .setField(type.findFieldByName("value"), kept)
        .build();
  }
}
