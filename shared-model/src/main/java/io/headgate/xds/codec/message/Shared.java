package io.headgate.xds.codec.message;

import com.google.protobuf.ByteString;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.CidrRange;
import io.headgate.xds.model.value.Fraction;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.RuntimeFraction;
import io.headgate.xds.model.value.Value;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decodes the messages that many resources share. */
public final class Shared {
  /** Longer expressions are refused: a matcher runs on every request. */
  static final int MAX_REGEX_CHARS = 4096;

  private Shared() {}

  public static Address address(MessageReader r) {
    return r.need("socket_address", r.message("socket_address", Shared::socketAddress));
  }

  public static Address socketAddress(MessageReader r) {
    r.oneOf("protocol", Map.of("TCP", true));
    String host = r.string("address");
    return new Address(host, r.small("port_value"));
  }

  /** An address that must be an IP literal. */
  public static Address ipAddress(MessageReader r) {
    Address address = address(r);
    if (!isIpLiteral(address.host())) {
      r.refuse(
          "socket_address",
          "'" + address.host() + "' is no IP address",
          "names need a DNS cluster, which is not implemented");
      throw new Refusal();
    }
    return address;
  }

  public static boolean isIpLiteral(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public static CidrRange cidr(MessageReader r) {
    String prefix = r.string("address_prefix");
    int length = r.wrappedSmall("prefix_len", 0);
    if (!isIpLiteral(prefix)) {
      r.refuse("address_prefix", "is no IP address", "");
      throw new Refusal();
    }
    if (InetAddress.ofLiteral(prefix).getAddress().length * 8 < length) {
      r.refuse("prefix_len", "is longer than the address", "");
      throw new Refusal();
    }
    return new CidrRange(prefix, length);
  }

  public static Locality locality(MessageReader r) {
    return new Locality(r.string("region"), r.string("zone"), r.string("sub_zone"));
  }

  public static Metadata metadata(MessageReader r) {
    return new Metadata(r.map("filter_metadata", Shared::struct));
  }

  public static Value.Obj struct(MessageReader r) {
    return new Value.Obj(r.map("fields", Shared::value));
  }

  private static Value value(MessageReader r) {
    return switch (r.which("kind")) {
      case "null_value" -> {
        r.accept("null_value");
        yield new Value.Null();
      }
      case "number_value" -> new Value.Num(r.real("number_value"));
      case "string_value" -> new Value.Str(r.string("string_value"));
      case "bool_value" -> new Value.Bool(r.bool("bool_value"));
      case "struct_value" -> r.need("struct_value", r.message("struct_value", Shared::struct));
      case "list_value" ->
          r.need(
              "list_value",
              r.message("list_value", l -> new Value.Arr(l.list("values", Shared::value))));
      default -> throw new IllegalArgumentException("a value needs a kind");
    };
  }

  /** A regular expression that RE2/J takes, of bounded length. */
  public static String regex(MessageReader r) {
    String regex = r.string("regex");
    if (regex.length() > MAX_REGEX_CHARS) {
      r.refuse("regex", "is too long", "use at most " + MAX_REGEX_CHARS + " characters");
      throw new Refusal();
    }
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      r.refuse("regex", "is no RE2 expression: " + e.getMessage(), "use the syntax of RE2");
      throw new Refusal();
    }
    return regex;
  }

  public static RuntimeFraction runtimeFraction(MessageReader r) {
    String key = r.string("runtime_key");
    Fraction fraction = r.message("default_value", Shared::fraction);
    return new RuntimeFraction(key, r.need("default_value", fraction));
  }

  private static Fraction fraction(MessageReader r) {
    Integer denominator =
        r.oneOf(
            "denominator", Map.of("HUNDRED", 100, "TEN_THOUSAND", 10_000, "MILLION", 1_000_000));
    return new Fraction(r.integer("numerator"), r.built(denominator));
  }

  public static StringMatcher stringMatcher(MessageReader r) {
    boolean ignoreCase = r.bool("ignore_case");
    return switch (r.which("match_pattern")) {
      case "exact" -> new StringMatcher(StringMatcher.Kind.EXACT, r.string("exact"), ignoreCase);
      case "prefix" -> new StringMatcher(StringMatcher.Kind.PREFIX, r.string("prefix"), ignoreCase);
      case "suffix" -> new StringMatcher(StringMatcher.Kind.SUFFIX, r.string("suffix"), ignoreCase);
      case "contains" ->
          new StringMatcher(StringMatcher.Kind.CONTAINS, r.string("contains"), ignoreCase);
      case "safe_regex" ->
          new StringMatcher(
              StringMatcher.Kind.SAFE_REGEX,
              r.need("safe_regex", r.message("safe_regex", Shared::regex)),
              false);
      default -> throw new Refusal();
    };
  }

  /** Text inside the config; a file or a variable is refused. */
  public static String inlineText(MessageReader r) {
    return switch (r.which("specifier")) {
      case "inline_string" -> r.string("inline_string");
      case "inline_bytes" -> utf8(r, r.bytes("inline_bytes"));
      default -> throw new Refusal();
    };
  }

  private static String utf8(MessageReader r, ByteString bytes) {
    if (!bytes.isValidUtf8()) {
      r.refuse("inline_bytes", "is no UTF-8 text", "");
      throw new Refusal();
    }
    return bytes.toStringUtf8();
  }

  /** The name of a file; inline data is refused. */
  static String fileName(MessageReader r) {
    return r.need("filename", r.stringOrNull("filename"));
  }

  /** A config source that must be the aggregated stream; the value is its initial fetch timeout. */
  public static Duration adsSource(MessageReader r, Duration whenAbsent) {
    Duration timeout = r.duration("initial_fetch_timeout", whenAbsent);
    v3(r, "resource_api_version");
    r.need("ads", r.<Boolean>message("ads", ads -> true));
    return timeout;
  }

  public static void v3(MessageReader r, String field) {
    String version = r.enumName(field);
    if (!version.equals("V3")) {
      r.refuse(field, "only V3 is implemented", "set it to V3");
    }
  }

  /** The values as ints; rules of the protos bound them before. */
  public static List<Integer> ints(List<Long> values) {
    List<Integer> result = new ArrayList<>();
    for (Long value : values) {
      result.add((int) Math.min(value, Integer.MAX_VALUE));
    }
    return result;
  }
}
