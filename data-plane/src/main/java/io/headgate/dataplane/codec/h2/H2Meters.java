package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Scope;

/**
 * The meters of the codec, {@code http2.*} downstream and {@code cluster.NAME.http2.*} upstream.
 */
public final class H2Meters {
  final Counter resetsReceived;
  final Counter resetsSent;
  final Counter goawaysSent;
  final Counter headerOverflow;
  final Counter messagingErrors;
  final Counter trailers;
  final Counter underscoresDropped;
  final Counter underscoresRejected;
  final Counter emptyFrameFlood;
  final Counter priorityFlood;
  final Counter windowUpdateFlood;
  final Counter outboundFlood;
  final Counter outboundControlFlood;
  final Counter resetFlood;
  final Counter controlFlood;
  final Counter continuationFlood;
  final Counter refusedStreams;
  final Counter keepaliveTimeouts;
  final Counter settingsTimeouts;
  final Counter protocolErrors;
  final Gauge streamsActive;

  /** Makes the meters under {@code http2} of a scope. */
  public H2Meters(Scope http2) {
    resetsReceived = http2.counter("rx_reset");
    resetsSent = http2.counter("tx_reset");
    goawaysSent = http2.counter("goaway_sent");
    headerOverflow = http2.counter("header_overflow");
    messagingErrors = http2.counter("rx_messaging_error");
    trailers = http2.counter("trailers");
    underscoresDropped = http2.counter("dropped_headers_with_underscores");
    underscoresRejected = http2.counter("requests_rejected_with_underscores_in_headers");
    emptyFrameFlood = http2.counter("inbound_empty_frames_flood");
    priorityFlood = http2.counter("inbound_priority_frames_flood");
    windowUpdateFlood = http2.counter("inbound_window_update_frames_flood");
    outboundFlood = http2.counter("outbound_flood");
    outboundControlFlood = http2.counter("outbound_control_flood");
    resetFlood = http2.counter("headgate_reset_flood_total");
    controlFlood = http2.counter("headgate_inbound_control_flood_total");
    continuationFlood = http2.counter("headgate_continuation_flood_total");
    refusedStreams = http2.counter("headgate_refused_streams_total");
    settingsTimeouts = http2.counter("headgate_settings_timeout_total");
    protocolErrors = http2.counter("headgate_protocol_error_total");
    keepaliveTimeouts = http2.counter("keepalive_timeout");
    streamsActive = http2.gauge("streams_active");
  }
}
