package io.headgate.fleet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How HTTP/2 is spoken on one side; null means not set.
 *
 * @param windows what may wait to be read
 * @param maxConcurrentStreams that the peer may have open
 * @param headerTableBytes of the header table
 * @param terminateConnection whether a malformed message ends its connection, not its stream alone
 * @param extendedConnect whether extended CONNECT is offered
 */
public record Http2Settings(
    Windows windows,
    @Nullable Integer maxConcurrentStreams,
    @Nullable Integer headerTableBytes,
    @Nullable Boolean terminateConnection,
    @Nullable Boolean extendedConnect,
    @Nullable Keepalive keepalive,
    Floods floods) {
  /** Sets nothing. */
  public static final Http2Settings NONE =
      new Http2Settings(Windows.NONE, null, null, null, null, null, Floods.NONE);

  /** Bytes that may wait to be read. */
  public record Windows(@Nullable Integer stream, @Nullable Integer connection) {
    public static final Windows NONE = new Windows(null, null);
  }

  /**
   * Pings that find out whether the peer is still there.
   *
   * @param interval null for no pings in turn
   * @param timeout how long an answer may take
   * @param idleInterval a connection that was idle for so long is asked first; null for never
   */
  public record Keepalive(
      @Nullable Duration interval,
      Duration timeout,
      @Nullable Duration idleInterval,
      @Nullable Integer jitterPercent) {}

  /** Budgets; a peer that uses one up loses its connection. */
  public record Floods(
      @Nullable Integer outboundFrames,
      @Nullable Integer outboundControlFrames,
      @Nullable Integer consecutiveEmptyFrames,
      @Nullable Integer priorityFramesPerStream,
      @Nullable Integer windowUpdatesPerDataFrame) {
    public static final Floods NONE = new Floods(null, null, null, null, null);
  }
}
