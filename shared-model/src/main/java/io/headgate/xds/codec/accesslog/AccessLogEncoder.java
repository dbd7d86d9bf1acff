package io.headgate.xds.codec.accesslog;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.GrpcStatusFilter;
import io.envoyproxy.envoy.config.accesslog.v3.NotHealthCheckFilter;
import io.envoyproxy.envoy.config.accesslog.v3.TraceableFilter;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.headgate.xds.codec.match.RouteMatchEncoder;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.listener.AccessLog.Format;
import io.headgate.xds.model.listener.AccessLog.Sink;
import io.headgate.xds.model.listener.AccessLogFilter.Bound;

/** Encodes access logs. */
public final class AccessLogEncoder {
  private AccessLogEncoder() {}

  public static AccessLog encode(io.headgate.xds.model.listener.AccessLog log) {
    SubstitutionFormatString format = format(log.format());
    AccessLog.Builder builder =
        switch (log.sink()) {
          case Sink.File file ->
              of(
                  "file",
                  FileAccessLog.newBuilder().setPath(file.path()).setLogFormat(format).build());
          case Sink.Stdout _ ->
              of("stdout", StdoutAccessLog.newBuilder().setLogFormat(format).build());
          case Sink.Stderr _ ->
              of("stderr", StderrAccessLog.newBuilder().setLogFormat(format).build());
        };
    if (log.filter() != null) {
      builder.setFilter(filter(log.filter()));
    }
    return builder.build();
  }

  private static AccessLog.Builder of(String kind, Message config) {
    return AccessLog.newBuilder()
        .setName("envoy.access_loggers." + kind)
        .setTypedConfig(Wire.pack(config));
  }

  private static SubstitutionFormatString format(Format format) {
    SubstitutionFormatString.Builder builder = SubstitutionFormatString.newBuilder();
    return switch (format) {
      case Format.Text text ->
          builder
              .setTextFormatSource(Protos.text(text.format()))
              .setOmitEmptyValues(text.omitEmptyValues())
              .build();
      case Format.Json json ->
          builder
              .setJsonFormat(Protos.struct(json.format()))
              .setOmitEmptyValues(json.omitEmptyValues())
              .build();
    };
  }

  private static AccessLogFilter filter(io.headgate.xds.model.listener.AccessLogFilter filter) {
    AccessLogFilter.Builder builder = AccessLogFilter.newBuilder();
    switch (filter) {
      case io.headgate.xds.model.listener.AccessLogFilter.Status(Bound bound) ->
          builder.getStatusCodeFilterBuilder().setComparison(comparison(bound));
      case io.headgate.xds.model.listener.AccessLogFilter.DurationMillis(Bound bound) ->
          builder.getDurationFilterBuilder().setComparison(comparison(bound));
      case io.headgate.xds.model.listener.AccessLogFilter.NotHealthCheck _ ->
          builder.setNotHealthCheckFilter(NotHealthCheckFilter.getDefaultInstance());
      case io.headgate.xds.model.listener.AccessLogFilter.Traced _ ->
          builder.setTraceableFilter(TraceableFilter.getDefaultInstance());
      case io.headgate.xds.model.listener.AccessLogFilter.Sampled sampled ->
          builder
              .getRuntimeFilterBuilder()
              .setRuntimeKey(sampled.runtimeKey())
              .setUseIndependentRandomness(sampled.independent())
              .setPercentSampled(
                  FractionalPercent.newBuilder()
                      .setNumerator((int) sampled.numerator())
                      .setDenominator(
                          switch (sampled.denominator()) {
                            case 100 -> FractionalPercent.DenominatorType.HUNDRED;
                            case 10_000 -> FractionalPercent.DenominatorType.TEN_THOUSAND;
                            default -> FractionalPercent.DenominatorType.MILLION;
                          }));
      case io.headgate.xds.model.listener.AccessLogFilter.All all ->
          all.filters().forEach(each -> builder.getAndFilterBuilder().addFilters(filter(each)));
      case io.headgate.xds.model.listener.AccessLogFilter.Any any ->
          any.filters().forEach(each -> builder.getOrFilterBuilder().addFilters(filter(each)));
      case io.headgate.xds.model.listener.AccessLogFilter.Header header ->
          builder.getHeaderFilterBuilder().setHeader(RouteMatchEncoder.header(header.matcher()));
      case io.headgate.xds.model.listener.AccessLogFilter.Flags flags ->
          builder
              .getResponseFlagFilterBuilder()
              .addAllFlags(flags.flags().stream().sorted().toList());
      case io.headgate.xds.model.listener.AccessLogFilter.GrpcStatus grpc -> {
        GrpcStatusFilter.Builder to = builder.getGrpcStatusFilterBuilder();
        to.setExclude(grpc.exclude());
        grpc.statuses().stream().sorted().forEach(to::addStatusesValue);
      }
    }
    return builder.build();
  }

  private static ComparisonFilter comparison(Bound bound) {
    return ComparisonFilter.newBuilder()
        .setOp(ComparisonFilter.Op.valueOf(bound.op().name()))
        .setValue(
            RuntimeUInt32.newBuilder()
                .setDefaultValue((int) bound.value())
                .setRuntimeKey(bound.runtimeKey()))
        .build();
  }
}
