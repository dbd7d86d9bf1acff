package io.headgate.xds.codec.message;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.time.Duration;

/** Scalars of protos as Java and as text. */
public final class Values {
  private static final int MAX_SHOWN = 120;

  private Values() {}

  public static long integer(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
      default -> ((Number) value).longValue();
    };
  }

  /** The only field of a wrapper such as UInt32Value. */
  static FieldDescriptor only(Message wrapper) {
    return wrapper.getDescriptorForType().getFields().getFirst();
  }

  /**
   * A duration.
   *
   * @throws IllegalArgumentException when its parts disagree in sign or are out of range
   */
  public static Duration duration(Message message) {
    FieldDescriptor secondsField = message.getDescriptorForType().findFieldByNumber(1);
    FieldDescriptor nanosField = message.getDescriptorForType().findFieldByNumber(2);
    long seconds = (Long) message.getField(secondsField);
    int nanos = (Integer) message.getField(nanosField);
    if (Math.abs((long) nanos) > 999_999_999
        || (seconds > 0 && nanos < 0)
        || (seconds < 0 && nanos > 0)
        || seconds > 315_576_000_000L
        || seconds < -315_576_000_000L) {
      throw new IllegalArgumentException("not a duration");
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  /**
   * A field's value as short text; empty for messages and lists of them, hidden for what may be
   * secret.
   */
  static String show(Message message, FieldDescriptor field) {
    if (field.isRepeated()) {
      return switch (field.getJavaType()) {
        case MESSAGE, BYTE_STRING -> "";
        case STRING, ENUM, INT, LONG, FLOAT, DOUBLE, BOOLEAN ->
            shorten(message.getField(field).toString());
      };
    }
    return show(field, message.getField(field));
  }

  static String show(FieldDescriptor field, Object value) {
    if (field.getContainingType().getFullName().equals("envoy.config.core.v3.DataSource")
        && !field.getName().equals("filename")) {
      return "[hidden]";
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> showMessage((Message) value);
      case BYTE_STRING -> "[bytes]";
      case ENUM -> ((EnumValueDescriptor) value).getName();
      case STRING -> shorten("\"" + value + "\"");
      case INT, LONG -> Long.toString(integer(field, value));
      case FLOAT, DOUBLE, BOOLEAN -> String.valueOf(value);
    };
  }

  private static String showMessage(Message value) {
    String name = value.getDescriptorForType().getFullName();
    if (name.equals("google.protobuf.Duration")) {
      try {
        return duration(value).toString();
      } catch (IllegalArgumentException e) {
        return "";
      }
    }
    if (name.startsWith("google.protobuf.")
        && name.endsWith("Value")
        && !name.equals("google.protobuf.Value")) {
      FieldDescriptor only = only(value);
      return show(only, value.getField(only));
    }
    return "";
  }

  private static String shorten(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
