package io.headgate.fleet.codec;

import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTelemetry.AccessLog;
import io.headgate.fleet.ClientTelemetry.Line;
import io.headgate.fleet.ClientTelemetry.LogFilter;
import io.headgate.fleet.ClientTelemetry.Sink;
import io.headgate.fleet.ClientTelemetry.StatusRange;
import io.headgate.proto.config.v1.AccessLogFilter;
import io.headgate.proto.config.v1.AccessLogSink;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.FileSink;
import io.headgate.proto.config.v1.StdoutSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  static ClientTelemetry read(ClientTrafficPolicySpec spec, Scope at) {
    List<AccessLog> logs = new ArrayList<>();
    for (int i = 0; i < spec.getAccessLogCount(); i++) {
      logs.add(accessLog(spec.getAccessLog(i), at.item("accessLog", i)));
    }
    return new ClientTelemetry(logs);
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
    if (message.hasSamplePercent()
        && !(message.getSamplePercent() >= 0 && message.getSamplePercent() <= 100)) {
      at.field("samplePercent").wrong("is no percentage", "use 0 to 100");
    }
    return new LogFilter(
        statuses,
        Rules.positive(at.field("minDuration"), message.getMinDuration()),
        message.getResponseFlagsList(),
        message.getGrpcStatusList(),
        message.hasSamplePercent() ? message.getSamplePercent() : null,
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
