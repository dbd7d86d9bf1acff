package io.headgate.fleet.codec.document;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers, texts, truth values, enums and bytes; each answer is null when the value was wrong
 * and reported.
 */
final class Scalars {
  private static final BigInteger UINT64_MAX =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final int MAX_DIGITS = 400;

  private final Dialect dialect;
  private final Problems problems;

  Scalars(Dialect dialect, Problems problems) {
    this.dialect = dialect;
    this.problems = problems;
  }

  @Nullable Object value(FieldDescriptor field, Node node, String path) {
    if (!(node instanceof Scalar scalar)) {
      return wrong(node, path, "must be " + words(field) + ", not " + node.words(), "");
    }
    return switch (field.getType()) {
      case STRING -> FieldNames.quantity(field) ? quantity(scalar, path) : text(scalar, path);
      case BYTES -> bytes(scalar, path);
      case BOOL -> bool(scalar, path);
      case ENUM -> enumValue(field.getEnumType(), scalar, path);
      case DOUBLE, FLOAT -> real(field, scalar, path);
      case INT32, SINT32, SFIXED32 ->
          narrow(whole(scalar, path, -(1L << 31), (1L << 31) - 1), true);
      case UINT32, FIXED32 -> narrow(whole(scalar, path, 0, (1L << 32) - 1), true);
      case INT64, SINT64, SFIXED64 ->
          narrow(whole(scalar, path, Long.MIN_VALUE, Long.MAX_VALUE), false);
      case UINT64, FIXED64 -> narrow(whole(scalar, path, BigInteger.ZERO, UINT64_MAX), false);
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is no scalar");
    };
  }

  private static @Nullable Object narrow(@Nullable BigInteger number, boolean to32) {
    if (number == null) {
      return null;
    }
    // Unsigned values keep their bits, as protobuf's Java types do.
    return to32 ? (Object) number.intValue() : (Object) number.longValue();
  }

  /** Keys are always texts in JSON; the field says what they mean. */
  @Nullable Object mapKey(FieldDescriptor field, Entry entry, String path) {
    if (field.getType() == FieldDescriptor.Type.STRING) {
      return entry.key();
    }
    return switch (field.getType()) {
      case BOOL -> bool(new Scalar(entry.key(), Node.Type.BOOLEAN, entry.line()), path);
      default -> value(field, new Scalar(entry.key(), Node.Type.INTEGER, entry.line()), path);
    };
  }

  private @Nullable Object wrong(Node node, String path, String reason, String fix) {
    problems.add(path, problems.line(path), node.preview(), reason, fix);
    return null;
  }

  private @Nullable Object text(Scalar scalar, String path) {
    if (scalar.type() == Node.Type.STRING) {
      return scalar.text();
    }
    return wrong(
        scalar, path, "must be text, not " + scalar.type().words(), "put it in double quotes");
  }

  /** A number of bytes needs no quotes. */
  private @Nullable Object quantity(Scalar scalar, String path) {
    boolean number = scalar.type() == Node.Type.INTEGER || scalar.type() == Node.Type.FLOAT;
    return number ? scalar.text() : text(scalar, path);
  }

  private @Nullable Object bool(Scalar scalar, String path) {
    boolean right =
        scalar.type() == Node.Type.BOOLEAN
            || (dialect == Dialect.PROTO_JSON && scalar.type() == Node.Type.STRING);
    if (right && scalar.text().equals("true")) {
      return true;
    } else if (right && scalar.text().equals("false")) {
      return false;
    }
    return wrong(scalar, path, "must be true or false", "");
  }

  private @Nullable Object bytes(Scalar scalar, String path) {
    if (scalar.type() != Node.Type.STRING) {
      return wrong(scalar, path, "must be text in base64, not " + scalar.type().words(), "");
    }
    try {
      // The mapping allows both alphabets, with and without padding.
      String standard = scalar.text().replace('-', '+').replace('_', '/').replaceAll("\\s", "");
      return ByteString.copyFrom(Base64.getDecoder().decode(standard));
    } catch (IllegalArgumentException e) {
      return wrong(scalar, path, "is not base64", "encode the bytes with base64");
    }
  }

  private @Nullable Object enumValue(EnumDescriptor type, Scalar scalar, String path) {
    if (scalar.type() == Node.Type.INTEGER) {
      BigInteger number = number(scalar);
      EnumValueDescriptor known =
          number == null || number.bitLength() > 31
              ? null
              : type.findValueByNumber(number.intValue());
      return known != null
          ? known
          : wrong(scalar, path, "is not a number of " + type.getName(), "");
    }
    EnumValueDescriptor known =
        scalar.type() == Node.Type.STRING ? type.findValueByName(scalar.text()) : null;
    if (known != null) {
      return known;
    }
    var all = type.getValues().stream().map(EnumValueDescriptor::getName).toList();
    String hint = Nearest.hint(scalar.text(), all);
    return wrong(
        scalar,
        path,
        "is not a value of " + type.getName(),
        hint.isEmpty() ? "use one of " + String.join(", ", all) : hint);
  }

  private @Nullable Object real(FieldDescriptor field, Scalar scalar, String path) {
    Double number = real(scalar);
    boolean fleet = dialect == Dialect.FLEET;
    if (number == null || (fleet && !Double.isFinite(number))) {
      return wrong(scalar, path, "must be a number, not " + scalar.type().words(), "");
    }
    if (field.getType() == FieldDescriptor.Type.FLOAT) {
      float narrow = number.floatValue();
      return Float.isInfinite(narrow) && !Double.isInfinite(number)
          ? wrong(scalar, path, "is too large a number", "")
          : (Object) narrow;
    }
    return number;
  }

  /** The number that a scalar is; null for anything else. */
  @Nullable Double real(Scalar scalar) {
    if (scalar.type() == Node.Type.BOOLEAN || scalar.type() == Node.Type.NULL) {
      return null;
    }
    if (scalar.type() == Node.Type.STRING && dialect == Dialect.FLEET) {
      return null;
    }
    String text = scalar.text();
    Double special =
        switch (text) {
          case "NaN", ".nan", ".NaN", ".NAN" -> Double.NaN;
          case "Infinity", ".inf", "+.inf", ".Inf", ".INF" -> Double.POSITIVE_INFINITY;
          case "-Infinity", "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
          default -> null;
        };
    if (special != null) {
      return special;
    }
    BigInteger whole = number(scalar);
    if (whole != null) {
      return whole.doubleValue();
    }
    try {
      // BigDecimal takes no hexadecimal, no suffix and no space, unlike Double.parseDouble.
      BigDecimal decimal = text.length() > MAX_DIGITS ? null : new BigDecimal(text);
      Double number = decimal == null ? null : decimal.doubleValue();
      return number == null || number.isInfinite() ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private @Nullable BigInteger whole(Scalar scalar, String path, long min, long max) {
    return whole(scalar, path, BigInteger.valueOf(min), BigInteger.valueOf(max));
  }

  private @Nullable BigInteger whole(Scalar scalar, String path, BigInteger min, BigInteger max) {
    BigInteger number = number(scalar);
    if (number == null) {
      String fix = scalar.type() == Node.Type.STRING ? "write it without quotes" : "";
      wrong(
          scalar,
          path,
          "must be a whole number, not " + scalar.type().words(),
          scalar.text().matches("-?[0-9]+") ? fix : "");
      return null;
    }
    if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
      wrong(scalar, path, "must be between " + min + " and " + max, "");
      return null;
    }
    return number;
  }

  /**
   * The whole number that a scalar is, also in the forms 0x1f, 0o17 and 1.0; null for anything
   * else.
   */
  private @Nullable BigInteger number(Scalar scalar) {
    boolean candidate =
        scalar.type() == Node.Type.INTEGER
            || scalar.type() == Node.Type.FLOAT
            || (scalar.type() == Node.Type.STRING && dialect == Dialect.PROTO_JSON);
    String text = scalar.text();
    if (!candidate || text.isEmpty() || text.length() > MAX_DIGITS) {
      return null;
    }
    try {
      if (text.startsWith("0x")) {
        return new BigInteger(text.substring(2), 16);
      } else if (text.startsWith("0o")) {
        return new BigInteger(text.substring(2), 8);
      } else if (scalar.type() == Node.Type.INTEGER) {
        return new BigInteger(text);
      }
      BigDecimal decimal = new BigDecimal(text);
      // 1e999999999 is a whole number that nobody could hold.
      return Math.abs((long) decimal.scale()) > MAX_DIGITS ? null : decimal.toBigIntegerExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  private static String words(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "text";
      case BOOLEAN -> "true or false";
      case INT, LONG -> "a whole number";
      case FLOAT, DOUBLE -> "a number";
      case ENUM -> "a name of " + field.getEnumType().getName();
      case BYTE_STRING -> "text in base64";
      case MESSAGE -> "a mapping";
    };
  }
}
