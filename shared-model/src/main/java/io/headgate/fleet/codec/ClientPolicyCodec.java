package io.headgate.fleet.codec;

import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy.AccessLog;
import io.headgate.fleet.ClientTrafficPolicy.HeaderLimits;
import io.headgate.fleet.ClientTrafficPolicy.Sink;
import io.headgate.fleet.ClientTrafficPolicy.Timeouts;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.proto.config.v1.AccessLogSink;
import io.headgate.proto.config.v1.ClientHeaderLimits;
import io.headgate.proto.config.v1.ClientHttpTimeouts;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.FileSink;
import io.headgate.proto.config.v1.StdoutSink;
import io.headgate.proto.config.v1.XForwardedFor;
import java.util.ArrayList;
import java.util.List;

/** Policies of the listener side between message and record. */
final class ClientPolicyCodec {
  private ClientPolicyCodec() {}

  static ClientTrafficPolicy read(
      io.headgate.proto.config.v1.ClientTrafficPolicy message, ObjectMeta meta, Scope root) {
    ClientTrafficPolicySpec spec = message.getSpec();
    Scope at = root.field("spec");
    List<AccessLog> logs = new ArrayList<>();
    for (int i = 0; i < spec.getAccessLogCount(); i++) {
      logs.add(accessLog(spec.getAccessLog(i), at.item("accessLog", i)));
    }
    XForwardedFor forwarded = spec.getClientIpDetection().getXForwardedFor();
    Scope hops = at.field("clientIPDetection").field("xForwardedFor").field("numTrustedHops");
    return new ClientTrafficPolicy(
        meta,
        PolicyCodec.read(spec.getTargetRefsList(), List.of(Kind.GATEWAY), meta, at),
        timeouts(spec.getTimeout().getHttp(), at.field("timeout").field("http")),
        headers(spec.getHeaders(), at.field("headers")),
        logs,
        forwarded.hasNumTrustedHops()
            ? (Integer) Rules.between(hops, forwarded.getNumTrustedHops(), 0, 64)
            : null);
  }

  private static Timeouts timeouts(ClientHttpTimeouts http, Scope at) {
    return new Timeouts(
        Rules.duration(at.field("requestHeadersTimeout"), http.getRequestHeadersTimeout()),
        Rules.duration(at.field("requestReceivedTimeout"), http.getRequestReceivedTimeout()),
        Rules.duration(at.field("idleTimeout"), http.getIdleTimeout()),
        Rules.duration(at.field("streamIdleTimeout"), http.getStreamIdleTimeout()));
  }

  private static HeaderLimits headers(ClientHeaderLimits limits, Scope at) {
    return new HeaderLimits(
        limits.hasMaxKib()
            ? (Integer) Rules.between(at.field("maxKiB"), limits.getMaxKib(), 1, 8192)
            : null,
        limits.hasMaxCount()
            ? (Integer) Rules.between(at.field("maxCount"), limits.getMaxCount(), 1, 65535)
            : null);
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
        message.hasText() ? message.getText() : null,
        message.getJsonMap());
  }

  static io.headgate.proto.config.v1.ClientTrafficPolicy write(ClientTrafficPolicy value) {
    ClientTrafficPolicySpec.Builder spec =
        ClientTrafficPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    write(value.timeouts(), spec);
    if (value.headers().maxKib() != null) {
      spec.getHeadersBuilder().setMaxKib(value.headers().maxKib());
    }
    if (value.headers().maxCount() != null) {
      spec.getHeadersBuilder().setMaxCount(value.headers().maxCount());
    }
    for (AccessLog log : value.accessLogs()) {
      AccessLogSink.Builder out = spec.addAccessLogBuilder().putAllJson(log.json());
      switch (log.sink()) {
        case Sink.File f -> out.setFile(FileSink.newBuilder().setPath(f.path()));
        case Sink.Stdout s -> out.setStdout(StdoutSink.getDefaultInstance());
      }
      if (log.text() != null) {
        out.setText(log.text());
      }
    }
    if (value.trustedHops() != null) {
      spec.getClientIpDetectionBuilder()
          .getXForwardedForBuilder()
          .setNumTrustedHops(value.trustedHops());
    }
    return io.headgate.proto.config.v1.ClientTrafficPolicy.newBuilder().setSpec(spec).build();
  }

  private static void write(Timeouts timeouts, ClientTrafficPolicySpec.Builder spec) {
    ClientHttpTimeouts.Builder http = ClientHttpTimeouts.newBuilder();
    if (timeouts.requestHeaders() != null) {
      http.setRequestHeadersTimeout(GatewayDuration.format(timeouts.requestHeaders()));
    }
    if (timeouts.request() != null) {
      http.setRequestReceivedTimeout(GatewayDuration.format(timeouts.request()));
    }
    if (timeouts.idle() != null) {
      http.setIdleTimeout(GatewayDuration.format(timeouts.idle()));
    }
    if (timeouts.streamIdle() != null) {
      http.setStreamIdleTimeout(GatewayDuration.format(timeouts.streamIdle()));
    }
    if (!timeouts.equals(Timeouts.NONE)) {
      spec.getTimeoutBuilder().setHttp(http);
    }
  }
}
