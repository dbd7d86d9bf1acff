package io.headgate.xds.codec.message;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.route.RegexRewrite;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.RuntimeFraction;
import java.util.Map;

/** Encodes the values that many messages share. */
public final class Protos {
  private Protos() {}

  public static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  public static RuntimeFractionalPercent runtimeFraction(RuntimeFraction fraction) {
    return RuntimeFractionalPercent.newBuilder()
        .setRuntimeKey(fraction.key())
        .setDefaultValue(
            FractionalPercent.newBuilder()
                .setNumerator((int) fraction.fraction().numerator())
                .setDenominator(
                    switch (fraction.fraction().denominator()) {
                      case 100 -> FractionalPercent.DenominatorType.HUNDRED;
                      case 10_000 -> FractionalPercent.DenominatorType.TEN_THOUSAND;
                      default -> FractionalPercent.DenominatorType.MILLION;
                    }))
        .build();
  }

  public static RegexMatchAndSubstitute regexRewrite(RegexRewrite rewrite) {
    return RegexMatchAndSubstitute.newBuilder()
        .setPattern(regex(rewrite.regex()))
        .setSubstitution(rewrite.substitution())
        .build();
  }

  public static UInt32Value uint32(long value) {
    return UInt32Value.of((int) value);
  }

  public static BoolValue bool(boolean value) {
    return BoolValue.of(value);
  }

  public static io.envoyproxy.envoy.config.core.v3.Address address(Address address) {
    return io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
        .setSocketAddress(
            SocketAddress.newBuilder().setAddress(address.host()).setPortValue(address.port()))
        .build();
  }

  public static CidrRange cidr(io.headgate.xds.model.value.CidrRange range) {
    return CidrRange.newBuilder()
        .setAddressPrefix(range.addressPrefix())
        .setPrefixLen(uint32(range.prefixLength()))
        .build();
  }

  public static io.envoyproxy.envoy.config.core.v3.Locality locality(Locality locality) {
    return io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
        .setRegion(locality.region())
        .setZone(locality.zone())
        .setSubZone(locality.subZone())
        .build();
  }

  public static io.envoyproxy.envoy.config.core.v3.Metadata metadata(Metadata metadata) {
    io.envoyproxy.envoy.config.core.v3.Metadata.Builder builder =
        io.envoyproxy.envoy.config.core.v3.Metadata.newBuilder();
    metadata
        .filterMetadata()
        .forEach((key, value) -> builder.putFilterMetadata(key, struct(value)));
    return builder.build();
  }

  public static Struct struct(io.headgate.xds.model.value.Value.Obj object) {
    Struct.Builder builder = Struct.newBuilder();
    for (Map.Entry<String, io.headgate.xds.model.value.Value> entry : object.fields().entrySet()) {
      builder.putFields(entry.getKey(), value(entry.getValue()));
    }
    return builder.build();
  }

  private static Value value(io.headgate.xds.model.value.Value value) {
    Value.Builder builder = Value.newBuilder();
    return switch (value) {
      case io.headgate.xds.model.value.Value.Null n ->
          builder.setNullValue(NullValue.NULL_VALUE).build();
      case io.headgate.xds.model.value.Value.Bool b -> builder.setBoolValue(b.value()).build();
      case io.headgate.xds.model.value.Value.Num n -> builder.setNumberValue(n.value()).build();
      case io.headgate.xds.model.value.Value.Str s -> builder.setStringValue(s.value()).build();
      case io.headgate.xds.model.value.Value.Obj o -> builder.setStructValue(struct(o)).build();
      case io.headgate.xds.model.value.Value.Arr a -> {
        ListValue.Builder list = ListValue.newBuilder();
        a.values().forEach(v -> list.addValues(value(v)));
        yield builder.setListValue(list).build();
      }
    };
  }

  public static ConfigSource ads(java.time.Duration initialFetchTimeout) {
    return ConfigSource.newBuilder()
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .setResourceApiVersion(ApiVersion.V3)
        .setInitialFetchTimeout(duration(initialFetchTimeout))
        .build();
  }

  public static DataSource text(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }

  public static DataSource file(String name) {
    return DataSource.newBuilder().setFilename(name).build();
  }

  public static RegexMatcher regex(String regex) {
    return RegexMatcher.newBuilder().setRegex(regex).build();
  }

  public static StringMatcher string(io.headgate.xds.model.match.StringMatcher matcher) {
    StringMatcher.Builder builder = StringMatcher.newBuilder().setIgnoreCase(matcher.ignoreCase());
    return switch (matcher.kind()) {
      case EXACT -> builder.setExact(matcher.value()).build();
      case PREFIX -> builder.setPrefix(matcher.value()).build();
      case SUFFIX -> builder.setSuffix(matcher.value()).build();
      case CONTAINS -> builder.setContains(matcher.value()).build();
      case SAFE_REGEX -> builder.setSafeRegex(regex(matcher.value())).build();
    };
  }
}
