package io.headgate.xds.codec.http;

import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http1Options.HeaderCase;
import java.util.Map;

/** Envoy's Http1ProtocolOptions in both directions. */
public final class Http1Codec {
  private static final Map<String, Extension<HeaderCase>> FORMATTERS =
      Map.of(
          PreserveCaseFormatterConfig.getDescriptor().getFullName(),
          new Extension<>(
              PreserveCaseFormatterConfig.getDefaultInstance(), Http1Codec::preserveCase));

  private Http1Codec() {}

  public static Http1Options decode(MessageReader r) {
    r.onlyBool("override_stream_error_on_invalid_http_message", false);
    return new Http1Options(
        r.bool("accept_http_10"),
        r.string("default_host_for_http_10"),
        r.bool("enable_trailers"),
        r.message("header_key_format", HeaderCase.LOWER, Http1Codec::headerCase),
        r.wrappedBool("allow_absolute_url", true),
        r.bool("send_fully_qualified_url"));
  }

  private static HeaderCase headerCase(MessageReader r) {
    return switch (r.which("header_format")) {
      case "proper_case_words" -> {
        r.accept("proper_case_words");
        yield HeaderCase.PROPER;
      }
      case "stateful_formatter" ->
          r.need(
              "stateful_formatter",
              r.message(
                  "stateful_formatter",
                  f -> {
                    f.accept("name");
                    HeaderCase found = f.extension("typed_config", FORMATTERS);
                    return f.need("typed_config", found);
                  }));
      default -> throw new Refusal();
    };
  }

  private static HeaderCase preserveCase(MessageReader r) {
    return HeaderCase.PRESERVE;
  }

  public static Http1ProtocolOptions encode(Http1Options options) {
    Http1ProtocolOptions.Builder builder =
        Http1ProtocolOptions.newBuilder()
            .setAcceptHttp10(options.acceptHttp10())
            .setDefaultHostForHttp10(options.defaultHostForHttp10())
            .setEnableTrailers(options.trailers())
            .setAllowAbsoluteUrl(Protos.bool(options.allowAbsoluteUrl()))
            .setSendFullyQualifiedUrl(options.sendFullyQualifiedUrl());
    switch (options.headerCase()) {
      case LOWER -> {}
      case PROPER ->
          builder
              .getHeaderKeyFormatBuilder()
              .setProperCaseWords(HeaderKeyFormat.ProperCaseWords.getDefaultInstance());
      case PRESERVE ->
          builder
              .getHeaderKeyFormatBuilder()
              .setStatefulFormatter(
                  TypedExtensionConfig.newBuilder()
                      .setName("preserve_case")
                      .setTypedConfig(Wire.pack(PreserveCaseFormatterConfig.getDefaultInstance())));
    }
    return builder.build();
  }
}
