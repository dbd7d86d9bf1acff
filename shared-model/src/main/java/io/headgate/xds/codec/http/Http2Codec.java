package io.headgate.xds.codec.http;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.type.v3.Percent;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.Http2Options.Floods;
import io.headgate.xds.model.http.Http2Options.Keepalive;
import io.headgate.xds.model.http.Http2Options.Windows;
import java.time.Duration;

/** Envoy's Http2ProtocolOptions in both directions. */
public final class Http2Codec {
  private Http2Codec() {}

  public static Http2Options decode(MessageReader r) {
    Http2Options plain = Http2Options.DEFAULT;
    Windows windows =
        r.build(() ->
            new Windows(
                r.wrappedSmall("initial_stream_window_size", Windows.DEFAULT.stream()),
                r.wrappedSmall("initial_connection_window_size", Windows.DEFAULT.connection())));
    Keepalive keepalive = r.message("connection_keepalive", Keepalive.NONE, Http2Codec::keepalive);
    Floods floods = r.build(() -> floods(r));
    int table = r.wrappedSmall("hpack_table_size", plain.hpackTableSize());
    int streams = r.wrappedSmall("max_concurrent_streams", plain.maxConcurrentStreams());
    boolean connect = r.bool("allow_connect");
    boolean older = r.bool("stream_error_on_invalid_http_messaging");
    boolean streamErrors =
        r.wrappedBool(
            "override_stream_error_on_invalid_http_message", older || plain.streamErrors());
    return new Http2Options(
        table, streams, r.built(windows), connect, streamErrors, keepalive, r.built(floods));
  }

  private static Keepalive keepalive(MessageReader r) {
    Duration interval = r.duration("interval", Duration.ZERO);
    Duration timeout = r.duration("timeout");
    Duration idle = r.duration("connection_idle_interval", Duration.ZERO);
    int jitter = (int) r.percent("interval_jitter", Keepalive.NONE.jitterPercent());
    return new Keepalive(interval, r.need("timeout", timeout), idle, jitter);
  }

  private static Floods floods(MessageReader r) {
    Floods plain = Floods.DEFAULT;
    return new Floods(
        r.wrappedSmall("max_outbound_frames", plain.outboundFrames()),
        r.wrappedSmall("max_outbound_control_frames", plain.outboundControlFrames()),
        r.wrappedSmall(
            "max_consecutive_inbound_frames_with_empty_payload", plain.consecutiveEmptyFrames()),
        r.wrappedSmall("max_inbound_priority_frames_per_stream", plain.priorityFramesPerStream()),
        r.wrappedSmall(
            "max_inbound_window_update_frames_per_data_frame_sent",
            plain.windowUpdatesPerDataFrame()));
  }

  public static Http2ProtocolOptions encode(Http2Options options) {
    Floods floods = options.floods();
    Http2ProtocolOptions.Builder builder =
        Http2ProtocolOptions.newBuilder()
            .setHpackTableSize(number(options.hpackTableSize()))
            .setMaxConcurrentStreams(number(options.maxConcurrentStreams()))
            .setInitialStreamWindowSize(number(options.windows().stream()))
            .setInitialConnectionWindowSize(number(options.windows().connection()))
            .setAllowConnect(options.allowConnect())
            .setOverrideStreamErrorOnInvalidHttpMessage(Protos.bool(options.streamErrors()))
            .setMaxOutboundFrames(number(floods.outboundFrames()))
            .setMaxOutboundControlFrames(number(floods.outboundControlFrames()))
            .setMaxConsecutiveInboundFramesWithEmptyPayload(number(floods.consecutiveEmptyFrames()))
            .setMaxInboundPriorityFramesPerStream(number(floods.priorityFramesPerStream()))
            .setMaxInboundWindowUpdateFramesPerDataFrameSent(
                number(floods.windowUpdatesPerDataFrame()));
    if (!options.keepalive().equals(Keepalive.NONE)) {
      builder.setConnectionKeepalive(keepalive(options.keepalive()));
    }
    return builder.build();
  }

  private static KeepaliveSettings keepalive(Keepalive keepalive) {
    KeepaliveSettings.Builder builder =
        KeepaliveSettings.newBuilder()
            .setTimeout(Protos.duration(keepalive.timeout()))
            .setIntervalJitter(Percent.newBuilder().setValue(keepalive.jitterPercent()));
    if (keepalive.interval().isPositive()) {
      builder.setInterval(Protos.duration(keepalive.interval()));
    }
    if (keepalive.idleInterval().isPositive()) {
      builder.setConnectionIdleInterval(Protos.duration(keepalive.idleInterval()));
    }
    return builder.build();
  }

  private static UInt32Value number(int value) {
    return UInt32Value.of(value);
  }
}
