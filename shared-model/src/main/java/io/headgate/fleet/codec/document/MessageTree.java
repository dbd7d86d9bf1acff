package io.headgate.fleet.codec.document;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns a message into maps, lists, texts, numbers and truth values: fields in the order of their
 * numbers, map entries in the order of their keys, nothing that is not set.
 */
final class MessageTree {
  private final FieldNames names;
  private final Dialect dialect;
  private final Function<String, @Nullable Descriptor> types;

  MessageTree(Dialect dialect, Function<String, @Nullable Descriptor> types) {
    this.names = new FieldNames(dialect);
    this.dialect = dialect;
    this.types = types;
  }

  @Nullable Object of(Message message) {
    Descriptor type = message.getDescriptorForType();
    if (dialect == Dialect.PROTO_JSON && type.getFile().getPackage().equals("google.protobuf")) {
      return wellKnown(message, type);
    }
    return fields(message);
  }

  private Map<String, @Nullable Object> fields(Message message) {
    Map<String, @Nullable Object> out = new LinkedHashMap<>();
    // A message's set fields come in the order of their numbers.
    message
        .getAllFields()
        .forEach((field, value) -> out.put(names.name(field), value(field, value)));
    return out;
  }

  private Object value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
      FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      for (Object entry : (List<?>) value) {
        Message pair = (Message) entry;
        sorted.put(
            String.valueOf(pair.getField(keyField)), single(valueField, pair.getField(valueField)));
      }
      return sorted;
    } else if (field.isRepeated()) {
      List<@Nullable Object> out = new ArrayList<>();
      for (Object item : (List<?>) value) {
        out.add(single(field, item));
      }
      return out;
    }
    Object one = single(field, value);
    return one == null ? Map.of() : one;
  }

  private @Nullable Object single(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case MESSAGE, GROUP -> of((Message) value);
      case ENUM -> {
        EnumValueDescriptor known = (EnumValueDescriptor) value;
        yield known.getIndex() < 0 ? (Object) known.getNumber() : (Object) known.getName();
      }
      case BYTES -> Base64.getEncoder().encodeToString(((ByteString) value).toByteArray());
      case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
      // The mapping writes 64-bit numbers as text, because many readers hold numbers as doubles.
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case INT64, SINT64, SFIXED64 -> Long.toString((Long) value);
      case FLOAT -> finite(new BigDecimal(Float.toString(bounded((Float) value))), (Float) value);
      case DOUBLE -> finite(BigDecimal.valueOf(bounded((Double) value)), (Double) value);
      case BOOL, STRING, INT32, SINT32, SFIXED32 -> value;
    };
  }

  private static float bounded(float value) {
    return Float.isFinite(value) ? value : 0;
  }

  private static double bounded(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private static Object finite(BigDecimal written, double value) {
    return Double.isFinite(value) ? plain(written) : Double.toString(value);
  }

  private static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static FieldDescriptor field(Message message, int number) {
    return message.getDescriptorForType().findFieldByNumber(number);
  }

  private static Object get(Message message, int number) {
    return message.getField(field(message, number));
  }

  private @Nullable Object wellKnown(Message message, Descriptor type) {
    return switch (type.getName()) {
      case "Any" -> any(message);
      case "Duration" -> seconds((Long) get(message, 1), (Integer) get(message, 2)) + "s";
      case "Timestamp" ->
          Instant.ofEpochSecond((Long) get(message, 1), (Integer) get(message, 2)).toString();
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          single(field(message, 1), get(message, 1));
      case "Struct", "ListValue" -> value(field(message, 1), get(message, 1));
      case "Value" -> jsonValue(message);
      case "FieldMask" -> mask((List<?>) get(message, 1));
      default -> fields(message);
    };
  }

  private static String seconds(long seconds, int nanos) {
    return plain(BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9))).toPlainString();
  }

  private static String mask(List<?> paths) {
    StringBuilder out = new StringBuilder();
    for (Object path : paths) {
      out.append(out.isEmpty() ? "" : ",");
      boolean upper = false;
      for (char c : String.valueOf(path).toCharArray()) {
        if (c != '_') {
          out.append(upper ? Character.toUpperCase(c) : c);
        }
        upper = c == '_';
      }
    }
    return out.toString();
  }

  private @Nullable Object jsonValue(Message message) {
    for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
      return set.getKey().getNumber() == 1 ? null : single(set.getKey(), set.getValue());
    }
    return null;
  }

  private Map<String, @Nullable Object> any(Message message) {
    String url = (String) get(message, 1);
    ByteString bytes = (ByteString) get(message, 2);
    Map<String, @Nullable Object> out = new LinkedHashMap<>();
    if (url.isEmpty() && bytes.isEmpty()) {
      return out;
    }
    out.put("@type", url);
    Descriptor type = types.apply(url.substring(url.lastIndexOf('/') + 1));
    if (type == null) {
      out.put("value", Base64.getEncoder().encodeToString(bytes.toByteArray()));
      return out;
    }
    try {
      Object inner = of(DynamicMessage.parseFrom(type, bytes));
      if (inner instanceof Map<?, ?> map
          && (!type.getFile().getPackage().equals("google.protobuf")
              || type.getName().equals("Empty"))) {
        map.forEach((name, value) -> out.put(String.valueOf(name), value));
      } else {
        out.put("value", inner);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("an Any does not hold a " + type.getFullName(), e);
    }
    return out;
  }
}
