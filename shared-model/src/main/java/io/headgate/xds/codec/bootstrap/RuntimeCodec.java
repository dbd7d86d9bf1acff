package io.headgate.xds.codec.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.bootstrap.Bootstrap.ProcessRules;
import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.value.Value;
import java.util.List;

/**
 * Decodes and encodes the layers of runtime values.
 *
 * <p>Keys that config names (fractions, weights, statuses) have an effect. Those by which Envoy
 * switches parts of itself would be ignored, so they are refused.
 */
final class RuntimeCodec {
  /** Where Envoy's own keys begin. */
  private static final List<String> ENVOYS_OWN =
      List.of(
          "envoy.",
          "overload.",
          "re2.",
          "upstream.",
          "circuit_breakers.",
          "outlier_detection.",
          "health_check.",
          "http.",
          "tracing.",
          "fault.",
          "ratelimit.",
          "conn_manager.",
          "listener.",
          "access_log.",
          "regex.",
          "ssl.");

  private RuntimeCodec() {}

  static List<RuntimeLayer> decode(MessageReader r) {
    List<RuntimeLayer> layers = r.list("layers", RuntimeCodec::layer);
    return r.has("layers") ? layers : ProcessRules.DEFAULT.runtime();
  }

  private static RuntimeLayer layer(MessageReader r) {
    String name = r.string("name");
    return switch (r.which("layer_specifier")) {
      case "admin_layer" -> {
        r.accept("admin_layer");
        yield new RuntimeLayer.Admin(name);
      }
      case "static_layer" -> {
        Value.Obj values = r.need("static_layer", r.message("static_layer", Shared::struct));
        check(r, "", values);
        yield new RuntimeLayer.Fixed(name, values);
      }
      case "" -> throw new Refusal();
      default -> {
        r.refuse(r.which("layer_specifier"));
        throw new Refusal();
      }
    };
  }

  private static void check(MessageReader r, String prefix, Value.Obj values) {
    values
        .fields()
        .forEach((name, value) -> {
          String key = prefix + name;
          if (ENVOYS_OWN.stream().anyMatch(key::startsWith)) {
            r.refuse(
                "static_layer",
                "runtime key '" + key + "' is one of Envoy's own, which has no effect here",
                "remove it");
          } else if (value instanceof Value.Obj nested && !isFraction(nested)) {
            check(r, key + ".", nested);
          }
        });
  }

  private static boolean isFraction(Value.Obj value) {
    return value.fields().containsKey("numerator") || value.fields().containsKey("denominator");
  }

  static LayeredRuntime encode(List<RuntimeLayer> layers) {
    LayeredRuntime.Builder builder = LayeredRuntime.newBuilder();
    for (RuntimeLayer layer : layers) {
      switch (layer) {
        case RuntimeLayer.Fixed fixed ->
            builder
                .addLayersBuilder()
                .setName(fixed.name())
                .setStaticLayer(Protos.struct(fixed.values()));
        case RuntimeLayer.Admin admin ->
            builder
                .addLayersBuilder()
                .setName(admin.name())
                .setAdminLayer(
                    io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer.AdminLayer
                        .getDefaultInstance());
      }
    }
    return builder.build();
  }
}
