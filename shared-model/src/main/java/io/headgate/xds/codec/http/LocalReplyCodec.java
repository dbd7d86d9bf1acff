package io.headgate.xds.codec.http;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.headgate.xds.codec.header.HeaderMutationEncoder;
import io.headgate.xds.codec.header.HeaderMutationsDecoder;
import io.headgate.xds.codec.match.RouteMatchDecoder;
import io.headgate.xds.codec.match.RouteMatchEncoder;
import io.headgate.xds.codec.message.FormatCheck;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.LocalReplyRules.Comparison;
import io.headgate.xds.model.http.LocalReplyRules.Filter;
import io.headgate.xds.model.http.LocalReplyRules.Format;
import io.headgate.xds.model.http.LocalReplyRules.Mapper;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.value.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes and encodes how the proxy's own answers are changed. */
final class LocalReplyCodec {
  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "EQ", Comparison.EQUAL,
          "GE", Comparison.AT_LEAST,
          "LE", Comparison.AT_MOST);

  private LocalReplyCodec() {}

  static LocalReplyRules decode(MessageReader r) {
    List<Mapper> mappers = r.list("mappers", LocalReplyCodec::mapper);
    Format format = r.message("body_format", LocalReplyCodec::format);
    return new LocalReplyRules(mappers, format);
  }

  private static Mapper mapper(MessageReader r) {
    Filter filter = r.message("filter", LocalReplyCodec::filter);
    Integer status = r.has("status_code") ? r.wrappedSmall("status_code", 0) : null;
    String body = r.message("body", Shared::inlineText);
    Format format = r.message("body_format_override", LocalReplyCodec::format);
    List<HeaderAddition> headers = r.list("headers_to_add", HeaderMutationsDecoder::addition);
    return new Mapper(r.need("filter", filter), status, body, format, headers);
  }

  private static Format format(MessageReader r) {
    String type = r.string("content_type");
    r.message("json_format_options", options -> true);
    return switch (r.which("format")) {
      case "text_format" -> text(r, "text_format", r.string("text_format"), type);
      case "text_format_source" ->
          text(
              r,
              "text_format_source",
              r.need("text_format_source", r.message("text_format_source", Shared::inlineText)),
              type);
      case "json_format" -> {
        Value.Obj json = r.need("json_format", r.message("json_format", Shared::struct));
        FormatCheck.check(r, "json_format", json);
        yield new Format.Json(json, type);
      }
      default -> throw new Refusal();
    };
  }

  private static Format text(MessageReader r, String field, String text, String type) {
    FormatCheck.check(r, field, text);
    if (text.isEmpty()) {
      r.refuse(field, "is empty", "write the text, %LOCAL_REPLY_BODY% keeps what there is");
      throw new Refusal();
    }
    return new Format.Text(text, type);
  }

  private static Filter filter(MessageReader r) {
    return switch (r.which("filter_specifier")) {
      case "status_code_filter" ->
          r.need("status_code_filter", r.message("status_code_filter", LocalReplyCodec::status));
      case "response_flag_filter" ->
          r.need(
              "response_flag_filter",
              r.message(
                  "response_flag_filter",
                  f -> new Filter.Flags(new LinkedHashSet<>(f.strings("flags")))));
      case "header_filter" ->
          r.need(
              "header_filter",
              r.message(
                  "header_filter",
                  h -> {
                    HeaderMatcher matcher = h.message("header", RouteMatchDecoder::header);
                    return new Filter.Header(h.need("header", matcher));
                  }));
      case "and_filter" ->
          r.need(
              "and_filter",
              r.message(
                  "and_filter", f -> new Filter.And(f.list("filters", LocalReplyCodec::filter))));
      case "or_filter" ->
          r.need(
              "or_filter",
              r.message(
                  "or_filter", f -> new Filter.Or(f.list("filters", LocalReplyCodec::filter))));
      case "" -> throw new Refusal();
      default -> {
        r.refuse(r.which("filter_specifier"));
        throw new Refusal();
      }
    };
  }

  private static Filter status(MessageReader r) {
    Filter comparison =
        r.message(
            "comparison",
            c -> {
              Comparison kind = c.oneOf("op", COMPARISONS);
              Filter.Status found =
                  c.message(
                      "value",
                      v ->
                          new Filter.Status(
                              Comparison.EQUAL, v.small("default_value"), v.string("runtime_key")));
              Filter.Status value = c.need("value", found);
              return new Filter.Status(c.built(kind), value.value(), value.runtimeKey());
            });
    return r.need("comparison", comparison);
  }

  static @Nullable LocalReplyConfig encode(LocalReplyRules rules) {
    if (rules.isEmpty()) {
      return null;
    }
    LocalReplyConfig.Builder builder = LocalReplyConfig.newBuilder();
    rules.mappers().forEach(mapper -> builder.addMappers(encode(mapper)));
    if (rules.format() != null) {
      builder.setBodyFormat(encode(rules.format()));
    }
    return builder.build();
  }

  private static ResponseMapper encode(Mapper mapper) {
    ResponseMapper.Builder builder =
        ResponseMapper.newBuilder()
            .setFilter(encode(mapper.filter()))
            .addAllHeadersToAdd(HeaderMutationEncoder.additions(mapper.headersToAdd()));
    if (mapper.status() != null) {
      builder.setStatusCode(Protos.uint32(mapper.status()));
    }
    if (mapper.body() != null) {
      builder.setBody(Protos.text(mapper.body()));
    }
    if (mapper.format() != null) {
      builder.setBodyFormatOverride(encode(mapper.format()));
    }
    return builder.build();
  }

  private static SubstitutionFormatString encode(Format format) {
    SubstitutionFormatString.Builder builder =
        SubstitutionFormatString.newBuilder().setContentType(format.contentType());
    return switch (format) {
      case Format.Text text -> builder.setTextFormatSource(Protos.text(text.text())).build();
      case Format.Json json -> builder.setJsonFormat(Protos.struct(json.json())).build();
    };
  }

  private static AccessLogFilter encode(Filter filter) {
    AccessLogFilter.Builder builder = AccessLogFilter.newBuilder();
    switch (filter) {
      case Filter.Status status ->
          builder
              .getStatusCodeFilterBuilder()
              .setComparison(
                  ComparisonFilter.newBuilder()
                      .setOp(op(status.comparison()))
                      .setValue(
                          RuntimeUInt32.newBuilder()
                              .setDefaultValue(status.value())
                              .setRuntimeKey(status.runtimeKey())));
      case Filter.Flags flags ->
          builder
              .getResponseFlagFilterBuilder()
              .addAllFlags(flags.flags().stream().sorted().toList());
      case Filter.Header header ->
          builder.getHeaderFilterBuilder().setHeader(RouteMatchEncoder.header(header.matcher()));
      case Filter.And and -> {
        builder.getAndFilterBuilder();
        and.filters().forEach(f -> builder.getAndFilterBuilder().addFilters(encode(f)));
      }
      case Filter.Or or -> {
        builder.getOrFilterBuilder();
        or.filters().forEach(f -> builder.getOrFilterBuilder().addFilters(encode(f)));
      }
    }
    return builder.build();
  }

  private static ComparisonFilter.Op op(Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> ComparisonFilter.Op.EQ;
      case AT_LEAST -> ComparisonFilter.Op.GE;
      case AT_MOST -> ComparisonFilter.Op.LE;
    };
  }
}
