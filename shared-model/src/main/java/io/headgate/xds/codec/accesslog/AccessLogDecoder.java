package io.headgate.xds.codec.accesslog;

import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.headgate.xds.codec.message.FormatCheck;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.AccessLog.Format;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.value.Value;
import java.util.Map;

/** Decodes access logs. */
public final class AccessLogDecoder {
  private static final Map<String, Extension<AccessLog>> SINKS =
      Map.of(
          "envoy.extensions.access_loggers.file.v3.FileAccessLog",
          new Extension<>(FileAccessLog.getDefaultInstance(), AccessLogDecoder::file),
          "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
          new Extension<>(
              StdoutAccessLog.getDefaultInstance(), r -> stream(r, new AccessLog.Sink.Stdout())),
          "envoy.extensions.access_loggers.stream.v3.StderrAccessLog",
          new Extension<>(
              StderrAccessLog.getDefaultInstance(), r -> stream(r, new AccessLog.Sink.Stderr())));

  private AccessLogDecoder() {}

  public static AccessLog decode(MessageReader r) {
    AccessLogFilter filter = r.message("filter", AccessLogFilterDecoder::decode);
    AccessLog log = r.need("typed_config", r.extension("typed_config", SINKS));
    return new AccessLog(log.sink(), log.format(), filter);
  }

  private static AccessLog file(MessageReader r) {
    String path = r.string("path");
    Format format =
        switch (r.which("access_log_format")) {
          case "" -> Format.DEFAULT;
          case "log_format" ->
              r.need("log_format", r.message("log_format", AccessLogDecoder::format));
          case "format" -> text(r, "format", r.string("format"), false);
          case "typed_json_format" -> oldJson(r, "typed_json_format");
          default -> throw new Refusal();
        };
    return new AccessLog(new AccessLog.Sink.File(path), format);
  }

  private static AccessLog stream(MessageReader r, AccessLog.Sink sink) {
    return new AccessLog(
        sink,
        r.has("log_format")
            ? r.need("log_format", r.message("log_format", AccessLogDecoder::format))
            : Format.DEFAULT);
  }

  /** What came before {@code log_format.json_format}, and means the same. */
  private static Format oldJson(MessageReader r, String field) {
    Value.Obj json = r.need(field, r.message(field, Shared::struct));
    FormatCheck.check(r, field, json);
    return new Format.Json(json, false);
  }

  private static Format format(MessageReader r) {
    boolean omitEmpty = r.bool("omit_empty_values");
    r.message("json_format_options", options -> true);
    return switch (r.which("format")) {
      case "text_format" -> text(r, "text_format", r.string("text_format"), omitEmpty);
      case "text_format_source" ->
          text(
              r,
              "text_format_source",
              r.need("text_format_source", r.message("text_format_source", Shared::inlineText)),
              omitEmpty);
      case "json_format" -> {
        Value.Obj json = r.need("json_format", r.message("json_format", Shared::struct));
        FormatCheck.check(r, "json_format", json);
        yield new Format.Json(json, omitEmpty);
      }
      default -> throw new Refusal();
    };
  }

  private static Format text(MessageReader r, String field, String format, boolean omitEmpty) {
    FormatCheck.check(r, field, format);
    return format.isEmpty() ? Format.DEFAULT : new Format.Text(format, omitEmpty);
  }
}
