package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTelemetry.AccessLog;
import io.headgate.fleet.ClientTelemetry.Collector;
import io.headgate.fleet.ClientTelemetry.Line;
import io.headgate.fleet.ClientTelemetry.LogFilter;
import io.headgate.fleet.ClientTelemetry.Sink;
import io.headgate.fleet.ClientTelemetry.StatusRange;
import io.headgate.fleet.ClientTelemetry.Tracing;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.route.RouteMatchCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.AccessLogFilter;
import io.headgate.proto.config.v1.AccessLogSink;
import io.headgate.proto.config.v1.ClientTracing;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.FileSink;
import io.headgate.proto.config.v1.StdoutSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What proxies say of requests, between message and record. */
final class ClientTelemetryCodec {
  private static final Pattern STATUS =
      Pattern.compile("([1-5])xx|([1-5][0-9][0-9])(?:-([1-5][0-9][0-9]))?");
  private static final String STATUS_FIX = "write it as 404, \"5xx\" or \"400-428\"";
  private static final Set<String> FLAGS =
      Set.of(
          "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE",
          "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF",
          "DO", "DR", "UDO");

  private ClientTelemetryCodec() {}

  private enum Protocol {
    GRPC,
    HTTP
  }

  static ClientTelemetry read(ClientTrafficPolicySpec spec, ObjectMeta meta, Scope at) {
    List<AccessLog> logs = new ArrayList<>();
    for (int i = 0; i < spec.getAccessLogCount(); i++) {
      logs.add(accessLog(spec.getAccessLog(i), at.item("accessLog", i)));
    }
    return new ClientTelemetry(
        logs, spec.hasTracing() ? tracing(spec.getTracing(), meta, at.field("tracing")) : null);
  }

  private static Tracing tracing(ClientTracing message, ObjectMeta meta, Scope at) {
    Scope collector = at.field("collector");
    String name = Rules.label(collector.field("name"), message.getCollector().getName());
    int port = message.getCollector().getPort();
    Rules.port(collector.field("port"), port != 0, port);
    Protocol protocol = Rules.word(at.field("protocol"), message.getProtocol(), Protocol.values());
    message
        .getHeaderTagsMap()
        .forEach((tag, header) -> Rules.headerName(at.field("headerTags").field(tag), header));
    return new Tracing(
        new Collector(meta.namespace(), name, port, protocol == Protocol.HTTP),
        Rules.orNull(message.getServiceName()),
        percent(at.field("samplePercent"), message.hasSamplePercent(), message.getSamplePercent()),
        percent(
            at.field("clientSamplePercent"),
            message.hasClientSamplePercent(),
            message.getClientSamplePercent()),
        message.getTagsMap(),
        message.getHeaderTagsMap());
  }

  private static @Nullable Double percent(Scope at, boolean there, double value) {
    if (there && !(value >= 0 && value <= 100)) {
      at.wrong("is no percentage", "use 0 to 100");
    }
    return there ? (Double) value : null;
  }

  private static AccessLog accessLog(AccessLogSink message, Scope at) {
    if (message.hasFile() == message.hasStdout()) {
      at.wrong("needs exactly one of file and stdout", "");
    }
    if (message.hasText() && message.getJsonCount() > 0) {
      at.wrongField("json", "cannot stand beside text", "keep one of them");
    }
    if (message.hasFile()) {
      Scope path = at.field("file").field("path");
      if (Rules.required(path, message.getFile().getPath())
          && !message.getFile().getPath().startsWith("/")) {
        path.wrong("is not an absolute path", "begin it with \"/\"");
      }
    }
    return new AccessLog(
        message.hasFile() ? new Sink.File(message.getFile().getPath()) : new Sink.Stdout(),
        new Line(
            message.hasText() ? message.getText() : null,
            message.getJsonMap(),
            message.getOmitEmptyValues()),
        filter(message.getFilter(), at.field("filter")));
  }

  private static LogFilter filter(AccessLogFilter message, Scope at) {
    List<StatusRange> statuses = new ArrayList<>();
    for (int i = 0; i < message.getStatusCount(); i++) {
      statuses.add(status(message.getStatus(i), at.item("status", i)));
    }
    for (int i = 0; i < message.getResponseFlagsCount(); i++) {
      String flag = message.getResponseFlags(i);
      if (!FLAGS.contains(flag)) {
        at.item("responseFlags", i)
            .wrong("is no response flag", "use Envoy's short names, such as UH, UF, UT or NR");
      }
    }
    for (int i = 0; i < message.getGrpcStatusCount(); i++) {
      Rules.between(at.item("grpcStatus", i), message.getGrpcStatus(i), 0, 16);
    }
    return new LogFilter(
        statuses,
        Rules.positive(at.field("minDuration"), message.getMinDuration()),
        message.getResponseFlagsList(),
        message.getGrpcStatusList(),
        percent(at.field("samplePercent"), message.hasSamplePercent(), message.getSamplePercent()),
        RouteMatchCodec.values(message.getHeadersList(), true, "headers", at));
  }

  private static StatusRange status(String text, Scope at) {
    Matcher parts = STATUS.matcher(text);
    if (!parts.matches()) {
      at.wrong("is no status code", STATUS_FIX);
      return new StatusRange(0, 0);
    }
    if (parts.group(1) != null) {
      int from = Integer.parseInt(parts.group(1)) * 100;
      return new StatusRange(from, from + 99);
    }
    int from = Integer.parseInt(parts.group(2));
    int to = parts.group(3) == null ? from : Integer.parseInt(parts.group(3));
    if (to < from) {
      at.wrong("ends before it begins", STATUS_FIX);
    }
    return new StatusRange(from, to);
  }

  static void write(ClientTelemetry value, ClientTrafficPolicySpec.Builder spec) {
    value.accessLogs().forEach(log -> write(log, spec.addAccessLogBuilder()));
    Tracing tracing = value.tracing();
    if (tracing != null) {
      ClientTracing.Builder out = spec.getTracingBuilder();
      out.getCollectorBuilder()
          .setName(tracing.collector().service())
          .setPort(tracing.collector().port());
      if (tracing.collector().http()) {
        out.setProtocol("Http");
      }
      Write.ifSet(tracing.serviceName(), out::setServiceName);
      Write.ifSet(tracing.samplePercent(), out::setSamplePercent);
      Write.ifSet(tracing.clientPercent(), out::setClientSamplePercent);
      out.putAllTags(tracing.tags()).putAllHeaderTags(tracing.headerTags());
    }
  }

  private static void write(AccessLog log, AccessLogSink.Builder out) {
    out.putAllJson(log.line().json());
    switch (log.sink()) {
      case Sink.File f -> out.setFile(FileSink.newBuilder().setPath(f.path()));
      case Sink.Stdout s -> out.setStdout(StdoutSink.getDefaultInstance());
    }
    Write.ifSet(log.line().text(), out::setText);
    if (log.line().omitEmpty()) {
      out.setOmitEmptyValues(true);
    }
    LogFilter filter = log.filter();
    if (!filter.equals(LogFilter.NONE)) {
      AccessLogFilter.Builder to = out.getFilterBuilder();
      filter.statuses().forEach(range -> to.addStatus(range.text()));
      Write.duration(filter.minDuration(), to::setMinDuration);
      to.addAllResponseFlags(filter.flags()).addAllGrpcStatus(filter.grpc());
      Write.ifSet(filter.samplePercent(), to::setSamplePercent);
      filter.headers().forEach(header -> to.addHeaders(RouteMatchCodec.write(header)));
    }
  }
}
