package io.headgate.controlplane.compile.value;

import io.headgate.fleet.Http2Settings;
import io.headgate.xds.model.http.Http2Options;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns settings of HTTP/2 into options; what is not set is as at an edge.
 *
 * <p>Thread: any; stateless.
 */
public final class Http2Rules {
  private static final Http2Options EDGE = EdgeDefaults.PROTOCOLS.http2();

  private Http2Rules() {}

  /** What one says, and where it says nothing, what the other says. */
  public static @Nullable Http2Settings over(
      @Nullable Http2Settings own, @Nullable Http2Settings preset) {
    if (own == null || preset == null) {
      return own == null ? preset : own;
    }
    return new Http2Settings(
        new Http2Settings.Windows(
            either(own.windows().stream(), preset.windows().stream()),
            either(own.windows().connection(), preset.windows().connection())),
        either(own.maxConcurrentStreams(), preset.maxConcurrentStreams()),
        either(own.headerTableBytes(), preset.headerTableBytes()),
        either(own.terminateConnection(), preset.terminateConnection()),
        either(own.extendedConnect(), preset.extendedConnect()),
        either(own.keepalive(), preset.keepalive()),
        own.floods());
  }

  /**
   * The options.
   *
   * @param extendedConnect whether extended CONNECT is offered when nothing is said of it
   */
  public static Http2Options of(@Nullable Http2Settings wanted, boolean extendedConnect) {
    Http2Settings set = wanted == null ? Http2Settings.NONE : wanted;
    Http2Settings.Floods floods = set.floods();
    Http2Options.Floods plain = EDGE.floods();
    return new Http2Options(
        or(set.headerTableBytes(), EDGE.hpackTableSize()),
        or(set.maxConcurrentStreams(), EDGE.maxConcurrentStreams()),
        new Http2Options.Windows(
            or(set.windows().stream(), EDGE.windows().stream()),
            or(set.windows().connection(), EDGE.windows().connection())),
        or(set.extendedConnect(), extendedConnect),
        !or(set.terminateConnection(), false),
        keepalive(set.keepalive()),
        new Http2Options.Floods(
            or(floods.outboundFrames(), plain.outboundFrames()),
            or(floods.outboundControlFrames(), plain.outboundControlFrames()),
            or(floods.consecutiveEmptyFrames(), plain.consecutiveEmptyFrames()),
            or(floods.priorityFramesPerStream(), plain.priorityFramesPerStream()),
            or(floods.windowUpdatesPerDataFrame(), plain.windowUpdatesPerDataFrame())));
  }

  private static Http2Options.Keepalive keepalive(Http2Settings.@Nullable Keepalive wanted) {
    return wanted == null
        ? Http2Options.Keepalive.NONE
        : new Http2Options.Keepalive(
            or(wanted.interval(), Duration.ZERO),
            wanted.timeout(),
            or(wanted.idleInterval(), Duration.ZERO),
            or(wanted.jitterPercent(), Http2Options.Keepalive.NONE.jitterPercent()));
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static <T> @Nullable T either(@Nullable T value, @Nullable T otherwise) {
    return value == null ? otherwise : value;
  }
}
