package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * HTTP/2 settings of one side of the proxy, with Envoy's defaults.
 *
 * @param hpackTableSize bytes of the dynamic table, for either direction
 * @param maxConcurrentStreams streams that the peer may have open
 * @param allowConnect whether extended CONNECT (RFC 8441) is offered
 * @param streamErrors whether a malformed message ends its stream only, else its connection
 */
public record Http2Options(
    int hpackTableSize,
    int maxConcurrentStreams,
    Windows windows,
    boolean allowConnect,
    boolean streamErrors,
    Keepalive keepalive,
    Floods floods) {
  /**
   * What may be received and not yet be consumed.
   *
   * @param stream of each stream, in bytes
   * @param connection of all streams of a connection, in bytes
   */
  public record Windows(int stream, int connection) {
    public static final Windows DEFAULT = new Windows(16 << 20, 24 << 20);

    public Windows {
      Checks.atLeast(stream, 65535, "initial_stream_window_size");
      Checks.atLeast(connection, 65535, "initial_connection_window_size");
    }
  }

  /**
   * Pings that find out whether the peer is still there.
   *
   * @param interval zero for no pings in turn
   * @param timeout how long an answer may take; zero when there are no pings
   * @param idleInterval a connection that was idle for so long is asked before its next stream;
   *     zero for never
   * @param jitterPercent each interval grows by a random part of it, up to so many percent
   */
  public record Keepalive(
      Duration interval, Duration timeout, Duration idleInterval, int jitterPercent) {
    public static final Keepalive NONE =
        new Keepalive(Duration.ZERO, Duration.ZERO, Duration.ZERO, 15);

    public Keepalive {
      Checks.notNegative(interval, "interval");
      Checks.notNegative(timeout, "timeout");
      Checks.notNegative(idleInterval, "connection_idle_interval");
      Checks.require(
          (interval.isZero() && idleInterval.isZero()) || timeout.isPositive(),
          "connection_keepalive needs a timeout");
      Checks.percent(jitterPercent, "interval_jitter");
      if (interval.isZero() && idleInterval.isZero()) {
        timeout = Duration.ZERO; // nothing is asked, so there is one way to say it
        jitterPercent = 15;
      }
    }
  }

  /**
   * Budgets; a peer that uses one up loses its connection.
   *
   * @param outboundFrames frames that wait to be sent
   * @param outboundControlFrames PING, SETTINGS and RST_STREAM frames that wait to be sent
   * @param consecutiveEmptyFrames frames without payload and end in a row
   * @param priorityFramesPerStream PRIORITY frames, for each stream opened
   * @param windowUpdatesPerDataFrame WINDOW_UPDATE frames, for each DATA frame sent
   */
  public record Floods(
      int outboundFrames,
      int outboundControlFrames,
      int consecutiveEmptyFrames,
      int priorityFramesPerStream,
      int windowUpdatesPerDataFrame) {
    public static final Floods DEFAULT = new Floods(10_000, 1_000, 1, 100, 10);

    public Floods {
      Checks.atLeast(outboundFrames, 1, "max_outbound_frames");
      Checks.atLeast(outboundControlFrames, 1, "max_outbound_control_frames");
      Checks.atLeast(
          consecutiveEmptyFrames, 0, "max_consecutive_inbound_frames_with_empty_payload");
      Checks.atLeast(priorityFramesPerStream, 0, "max_inbound_priority_frames_per_stream");
      Checks.atLeast(
          windowUpdatesPerDataFrame, 1, "max_inbound_window_update_frames_per_data_frame_sent");
    }
  }

  public static final Http2Options DEFAULT =
      new Http2Options(4096, 1024, Windows.DEFAULT, false, true, Keepalive.NONE, Floods.DEFAULT);

  public Http2Options {
    Checks.atLeast(hpackTableSize, 0, "hpack_table_size");
    Checks.atLeast(maxConcurrentStreams, 1, "max_concurrent_streams");
  }
}
