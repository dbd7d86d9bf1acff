package io.headgate.xds.codec.http;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import io.envoyproxy.envoy.type.v3.Percent;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.http.Tracing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes and encodes traces of connection managers. */
final class TracingCodec {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String FIX = "use an OpenTelemetryConfig with grpc_service or http_service";

  private static final Map<String, Extension<Tracing.Collector>> PROVIDERS =
      Map.of(
          "envoy.config.trace.v3.OpenTelemetryConfig",
          new Extension<>(OpenTelemetryConfig.getDefaultInstance(), TracingCodec::openTelemetry));

  private TracingCodec() {}

  static Tracing decode(MessageReader r) {
    Tracing.Shares shares =
        new Tracing.Shares(
            r.percent("client_sampling", 100),
            r.percent("random_sampling", 100),
            r.percent("overall_sampling", 100));
    int maxPath = r.wrappedSmall("max_path_tag_length", Tracing.DEFAULT_MAX_PATH);
    r.onlyBool("spawn_upstream_span", false);
    List<Tracing.CustomTag> tags = r.list("custom_tags", TracingCodec::tag);
    Tracing.@Nullable Collector collector =
        r.message(
            "provider",
            p -> {
              p.accept("name");
              return p.need("typed_config", p.extension("typed_config", PROVIDERS));
            });
    if (!r.has("provider")) {
      r.refuse("provider", "is missing", FIX);
    }
    return new Tracing(r.need("provider", collector), shares, maxPath, tags);
  }

  private static Tracing.Collector openTelemetry(MessageReader r) {
    String service = r.string("service_name");
    if (r.has("grpc_service") == r.has("http_service")) {
      throw new IllegalArgumentException("needs exactly one of grpc_service and http_service");
    }
    return r.has("grpc_service")
        ? r.need("grpc_service", r.message("grpc_service", g -> grpc(g, service)))
        : r.need("http_service", r.message("http_service", h -> http(h, service)));
  }

  private static Tracing.Collector grpc(MessageReader r, String service) {
    Duration timeout = r.duration("timeout", TIMEOUT);
    Tracing.Collector collector =
        r.message(
            "envoy_grpc",
            g ->
                new Tracing.Collector(
                    g.string("cluster_name"), true, g.string("authority"), "", timeout, service));
    return r.need("envoy_grpc", collector);
  }

  private static Tracing.Collector http(MessageReader r, String service) {
    Tracing.Collector collector =
        r.message(
            "http_uri",
            u -> {
              String cluster = u.string("cluster");
              Duration timeout = u.duration("timeout", TIMEOUT);
              String text = u.string("uri");
              URI uri;
              try {
                uri = URI.create(text);
              } catch (IllegalArgumentException e) {
                u.refuse("uri", "is no URL", "write http://HOST:PORT/v1/traces");
                throw new Refusal();
              }
              String path = uri.getRawPath();
              return new Tracing.Collector(
                  cluster,
                  false,
                  uri.getRawAuthority() == null ? "" : uri.getRawAuthority(),
                  path == null || path.isEmpty() ? "/" : path,
                  timeout,
                  service);
            });
    return r.need("http_uri", collector);
  }

  private static Tracing.CustomTag tag(MessageReader r) {
    String name = r.string("tag");
    String kind = r.which("type");
    return switch (kind) {
      case "literal" ->
          r.need(
              kind, r.message(kind, l -> new Tracing.CustomTag.Literal(name, l.string("value"))));
      case "environment" ->
          r.need(
              kind,
              r.message(
                  kind,
                  e ->
                      new Tracing.CustomTag.Environment(
                          name, e.string("name"), e.string("default_value"))));
      case "request_header" ->
          r.need(
              kind,
              r.message(
                  kind,
                  h ->
                      new Tracing.CustomTag.RequestHeader(
                          name, h.string("name"), h.string("default_value"))));
      case "" -> throw new IllegalArgumentException("a custom tag needs a type");
      default -> {
        r.refuse(kind);
        throw new Refusal();
      }
    };
  }

  static HttpConnectionManager.Tracing encode(Tracing tracing) {
    HttpConnectionManager.Tracing.Builder builder =
        HttpConnectionManager.Tracing.newBuilder()
            .setClientSampling(percent(tracing.shares().client()))
            .setRandomSampling(percent(tracing.shares().random()))
            .setOverallSampling(percent(tracing.shares().overall()))
            .setMaxPathTagLength(UInt32Value.of(tracing.maxPathTagLength()));
    tracing.tags().forEach(tag -> builder.addCustomTags(tag(tag)));
    builder
        .getProviderBuilder()
        .setName("envoy.tracers.opentelemetry")
        .setTypedConfig(Wire.pack(provider(tracing.collector())));
    return builder.build();
  }

  private static Percent percent(double value) {
    return Percent.newBuilder().setValue(value).build();
  }

  private static OpenTelemetryConfig provider(Tracing.Collector to) {
    OpenTelemetryConfig.Builder builder =
        OpenTelemetryConfig.newBuilder().setServiceName(to.serviceName());
    if (to.grpc()) {
      GrpcService.Builder grpc = GrpcService.newBuilder().setTimeout(Protos.duration(to.timeout()));
      grpc.getEnvoyGrpcBuilder().setClusterName(to.cluster()).setAuthority(to.authority());
      return builder.setGrpcService(grpc).build();
    }
    return builder
        .setHttpService(
            HttpService.newBuilder()
                .setHttpUri(
                    HttpUri.newBuilder()
                        .setCluster(to.cluster())
                        .setUri("http://" + to.authority() + to.path())
                        .setTimeout(Protos.duration(to.timeout()))))
        .build();
  }

  private static CustomTag tag(Tracing.CustomTag tag) {
    CustomTag.Builder builder = CustomTag.newBuilder().setTag(tag.name());
    return switch (tag) {
      case Tracing.CustomTag.Literal literal ->
          builder.setLiteral(CustomTag.Literal.newBuilder().setValue(literal.value())).build();
      case Tracing.CustomTag.Environment variable ->
          builder
              .setEnvironment(
                  CustomTag.Environment.newBuilder()
                      .setName(variable.variable())
                      .setDefaultValue(variable.otherwise()))
              .build();
      case Tracing.CustomTag.RequestHeader header ->
          builder
              .setRequestHeader(
                  CustomTag.Header.newBuilder()
                      .setName(header.header())
                      .setDefaultValue(header.otherwise()))
              .build();
    };
  }
}
