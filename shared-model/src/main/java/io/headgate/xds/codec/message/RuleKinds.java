package io.headgate.xds.codec.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.re2j.Pattern;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import io.envoyproxy.pgv.validate.Validate.KnownRegex;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What each kind of validation rule asks of one value. */
final class RuleKinds {
  /** A rule that does not hold. */
  record Broken(String reason, String fix) {}

  private static final Set<String> WRAPPERS =
      Set.of(
          "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int64Value",
          "google.protobuf.UInt64Value",
          "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.BoolValue",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue");

  private static final Pattern HEADER_NAME_STRICT =
      Pattern.compile(":?[0-9a-zA-Z!#$%&'*+\\-.^_|~`]+");
  private static final Pattern HEADER_VALUE_STRICT =
      Pattern.compile("[^\\x00-\\x08\\x0A-\\x1F\\x7F]*");
  private static final Pattern LOOSE = Pattern.compile("[^\\x00\\x0A\\x0D]*");

  private RuleKinds() {}

  static boolean isWrapper(Message message) {
    return WRAPPERS.contains(message.getDescriptorForType().getFullName());
  }

  static boolean requiresPresence(FieldRules rules) {
    return rules.getMessage().getRequired()
        || rules.getAny().getRequired()
        || rules.getDuration().getRequired()
        || rules.getTimestamp().getRequired();
  }

  static List<Broken> broken(FieldDescriptor field, FieldRules rules, Object value) {
    List<Broken> broken = new ArrayList<>();
    switch (rules.getTypeCase()) {
      case FLOAT,
          DOUBLE,
          INT32,
          INT64,
          UINT32,
          UINT64,
          SINT32,
          SINT64,
          FIXED32,
          FIXED64,
          SFIXED32,
          SFIXED64 ->
          number(field, ruleMessage(rules), value, broken);
      case BOOL -> {
        if (rules.getBool().hasConst() && !value.equals(rules.getBool().getConst())) {
          broken.add(
              new Broken(
                  "has a value that is not allowed", "set it to " + rules.getBool().getConst()));
        }
      }
      case STRING -> string(rules.getString(), (String) value, broken);
      case BYTES -> bytes(rules.getBytes(), (ByteString) value, broken);
      case ENUM -> enumeration(rules.getEnum(), (EnumValueDescriptor) value, broken);
      case DURATION -> duration(rules.getDuration(), (Message) value, broken);
      case ANY, TIMESTAMP, REPEATED, MAP, TYPE_NOT_SET -> {}
    }
    return broken;
  }

  private static Message ruleMessage(FieldRules rules) {
    FieldDescriptor field =
        rules.getDescriptorForType().findFieldByNumber(rules.getTypeCase().getNumber());
    return (Message) rules.getField(field);
  }

  /** All number kinds have the same rule fields. */
  private static void number(
      FieldDescriptor field, Message rules, Object value, List<Broken> broken) {
    BigDecimal number = decimal(field, value);
    BigDecimal lt = bound(rules, "lt");
    BigDecimal lte = bound(rules, "lte");
    BigDecimal gt = bound(rules, "gt");
    BigDecimal gte = bound(rules, "gte");
    if (lt != null && number.compareTo(lt) >= 0) {
      broken.add(new Broken("is too large", "use less than " + lt.toPlainString()));
    }
    if (lte != null && number.compareTo(lte) > 0) {
      broken.add(new Broken("is too large", "use at most " + lte.toPlainString()));
    }
    if (gt != null && number.compareTo(gt) <= 0) {
      broken.add(new Broken("is too small", "use more than " + gt.toPlainString()));
    }
    if (gte != null && number.compareTo(gte) < 0) {
      broken.add(new Broken("is too small", "use at least " + gte.toPlainString()));
    }
    BigDecimal fixed = bound(rules, "const");
    if (fixed != null && number.compareTo(fixed) != 0) {
      broken.add(new Broken("has a value that is not allowed", "use " + fixed.toPlainString()));
    }
    List<BigDecimal> in = bounds(rules, "in");
    List<BigDecimal> notIn = bounds(rules, "not_in");
    if ((!in.isEmpty() && in.stream().noneMatch(n -> n.compareTo(number) == 0))
        || notIn.stream().anyMatch(n -> n.compareTo(number) == 0)) {
      broken.add(
          new Broken("has a value that is not allowed", in.isEmpty() ? "" : "use one of " + in));
    }
  }

  private static @org.jspecify.annotations.Nullable BigDecimal bound(Message rules, String name) {
    FieldDescriptor field = rules.getDescriptorForType().findFieldByName(name);
    return rules.hasField(field) ? decimal(field, rules.getField(field)) : null;
  }

  private static List<BigDecimal> bounds(Message rules, String name) {
    FieldDescriptor field = rules.getDescriptorForType().findFieldByName(name);
    return ((List<?>) rules.getField(field)).stream().map(v -> decimal(field, v)).toList();
  }

  private static BigDecimal decimal(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case UINT64, FIXED64 -> new BigDecimal(Long.toUnsignedString((Long) value));
      case FLOAT, DOUBLE -> {
        double number = ((Number) value).doubleValue();
        yield Double.isFinite(number)
            ? BigDecimal.valueOf(number)
            : BigDecimal.valueOf(Double.MAX_VALUE).multiply(BigDecimal.TEN);
      }
      default -> BigDecimal.valueOf(Values.integer(field, value));
    };
  }

  private static void string(Validate.StringRules rules, String value, List<Broken> broken) {
    if (rules.getIgnoreEmpty() && value.isEmpty()) {
      return;
    }
    int length = value.codePointCount(0, value.length());
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (length < rules.getMinLen() || bytes < rules.getMinBytes()) {
      broken.add(
          new Broken(
              value.isEmpty() ? "must not be empty" : "is too short",
              "give at least " + Math.max(rules.getMinLen(), rules.getMinBytes()) + " characters"));
    }
    if ((rules.hasMaxLen() && length > rules.getMaxLen())
        || (rules.hasMaxBytes() && bytes > rules.getMaxBytes())) {
      broken.add(
          new Broken(
              "is too long",
              "use at most " + Math.max(rules.getMaxLen(), rules.getMaxBytes()) + " bytes"));
    }
    if ((rules.hasLen() && length != rules.getLen())
        || (rules.hasLenBytes() && bytes != rules.getLenBytes())) {
      broken.add(new Broken("has the wrong length", ""));
    }
    if (rules.hasConst() && !value.equals(rules.getConst())) {
      broken.add(new Broken("has a value that is not allowed", "use " + rules.getConst()));
    }
    if (rules.hasPattern() && !Pattern.compile(rules.getPattern()).matcher(value).find()) {
      broken.add(new Broken("has the wrong form", "match " + rules.getPattern()));
    }
    if (!value.startsWith(rules.getPrefix())
        || !value.endsWith(rules.getSuffix())
        || !value.contains(rules.getContains())
        || (rules.hasNotContains() && value.contains(rules.getNotContains()))) {
      broken.add(new Broken("has the wrong form", ""));
    }
    if ((rules.getInCount() > 0 && !rules.getInList().contains(value))
        || rules.getNotInList().contains(value)) {
      broken.add(
          new Broken(
              "has a value that is not allowed",
              rules.getInCount() > 0 ? "use one of " + rules.getInList() : ""));
    }
    if (rules.getWellKnownCase() == Validate.StringRules.WellKnownCase.WELL_KNOWN_REGEX
        && !matches(rules.getWellKnownRegex(), rules.getStrict(), value)) {
      broken.add(new Broken("has characters that an HTTP header cannot have", ""));
    }
  }

  private static boolean matches(KnownRegex regex, boolean strict, String value) {
    return switch (regex) {
      case UNKNOWN -> true;
      case HTTP_HEADER_NAME -> strict ? HEADER_NAME_STRICT.matches(value) : LOOSE.matches(value);
      case HTTP_HEADER_VALUE -> strict ? HEADER_VALUE_STRICT.matches(value) : LOOSE.matches(value);
    };
  }

  private static void bytes(Validate.BytesRules rules, ByteString value, List<Broken> broken) {
    if (rules.getIgnoreEmpty() && value.isEmpty()) {
      return;
    }
    if (value.size() < rules.getMinLen()
        || (rules.hasMaxLen() && value.size() > rules.getMaxLen())) {
      broken.add(
          new Broken(
              "is too short or too long",
              "use " + rules.getMinLen() + " to " + rules.getMaxLen() + " bytes"));
    }
  }

  private static void enumeration(
      Validate.EnumRules rules, EnumValueDescriptor value, List<Broken> broken) {
    boolean defined = value.getType().findValueByNumber(value.getNumber()) != null;
    if (rules.getDefinedOnly() && !defined) {
      broken.add(new Broken("is no value of " + value.getType().getName(), ""));
    }
    if ((rules.getInCount() > 0 && !rules.getInList().contains(value.getNumber()))
        || rules.getNotInList().contains(value.getNumber())
        || (rules.hasConst() && rules.getConst() != value.getNumber())) {
      broken.add(new Broken("has a value that is not allowed", ""));
    }
  }

  private static void duration(Validate.DurationRules rules, Message value, List<Broken> broken) {
    Duration duration;
    try {
      duration = Values.duration(value);
    } catch (IllegalArgumentException e) {
      broken.add(new Broken("is no valid duration", "use seconds and nanos of the same sign"));
      return;
    }
    if (rules.hasLt() && duration.compareTo(Values.duration(rules.getLt())) >= 0) {
      broken.add(new Broken("is too long", "use less than " + Values.duration(rules.getLt())));
    }
    if (rules.hasLte() && duration.compareTo(Values.duration(rules.getLte())) > 0) {
      broken.add(new Broken("is too long", "use at most " + Values.duration(rules.getLte())));
    }
    if (rules.hasGt() && duration.compareTo(Values.duration(rules.getGt())) <= 0) {
      broken.add(new Broken("is too short", "use more than " + Values.duration(rules.getGt())));
    }
    if (rules.hasGte() && duration.compareTo(Values.duration(rules.getGte())) < 0) {
      broken.add(new Broken("is too short", "use at least " + Values.duration(rules.getGte())));
    }
  }
}
