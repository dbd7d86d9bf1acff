package io.headgate.fleet.codec.policy;

import io.headgate.fleet.Http1Settings;
import io.headgate.fleet.Http1Settings.HeaderCase;
import io.headgate.fleet.Http2Settings;
import io.headgate.fleet.Http2Settings.Floods;
import io.headgate.fleet.Http2Settings.Keepalive;
import io.headgate.fleet.Http2Settings.Windows;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.BackendHttp1;
import io.headgate.proto.config.v1.ClientHttp1;
import io.headgate.proto.config.v1.Http2Floods;
import io.headgate.proto.config.v1.Http2Keepalive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How HTTP/1 and HTTP/2 are spoken on either side, between message and record. */
final class ProtocolCodec {
  private enum Invalid {
    TERMINATE_STREAM,
    TERMINATE_CONNECTION
  }

  private static final int MIN_WINDOW = 65_535;
  private static final int MAX_WINDOW = Integer.MAX_VALUE;
  private static final int MAX_TABLE = 1 << 20;
  private static final int MAX_FRAMES = 1_000_000;

  private ProtocolCodec() {}

  /** Null when nothing is set. */
  static @Nullable Http1Settings http1(ClientHttp1 m, Scope at) {
    String host = m.getHttp10().getDefaultHost();
    if (!host.isEmpty()) {
      Rules.hostname(at.field("http10").field("defaultHost"), host, false);
    }
    Http1Settings value =
        new Http1Settings(
            m.hasEnableTrailers() ? (Boolean) m.getEnableTrailers() : null,
            headerCase(
                m.hasPreserveHeaderCase() ? (Boolean) m.getPreserveHeaderCase() : null,
                m.getProperHeaderCase(),
                at),
            m.hasHttp10(),
            Rules.orNull(host));
    return value.equals(Http1Settings.NONE) ? null : value;
  }

  /** Null when nothing is set. */
  static @Nullable Http1Settings http1(BackendHttp1 m, Scope at) {
    Http1Settings value =
        new Http1Settings(
            m.hasEnableTrailers() ? (Boolean) m.getEnableTrailers() : null,
            headerCase(
                m.hasPreserveHeaderCase() ? (Boolean) m.getPreserveHeaderCase() : null,
                m.getProperHeaderCase(),
                at),
            false,
            null);
    return value.equals(Http1Settings.NONE) ? null : value;
  }

  private static @Nullable HeaderCase headerCase(
      @Nullable Boolean preserve, boolean proper, Scope at) {
    if (proper && Boolean.TRUE.equals(preserve)) {
      at.wrongField(
          "properHeaderCase", "cannot stand beside preserveHeaderCase", "keep one of them");
    }
    if (proper) {
      return HeaderCase.PROPER;
    }
    return preserve == null ? null : preserve ? HeaderCase.PRESERVE : HeaderCase.LOWER;
  }

  /** Null when nothing is set. */
  static @Nullable Http2Settings http2(io.headgate.proto.config.v1.Http2Settings m, Scope at) {
    Invalid invalid =
        Rules.word(at.field("onInvalidMessage"), m.getOnInvalidMessage(), Invalid.values());
    Http2Settings value =
        new Http2Settings(
            new Windows(
                Rules.smallBytes(
                    at.field("initialStreamWindowSize"),
                    m.getInitialStreamWindowSize(),
                    MIN_WINDOW,
                    MAX_WINDOW),
                Rules.smallBytes(
                    at.field("initialConnectionWindowSize"),
                    m.getInitialConnectionWindowSize(),
                    MIN_WINDOW,
                    MAX_WINDOW)),
            Rules.number(
                at.field("maxConcurrentStreams"),
                m.hasMaxConcurrentStreams(),
                m.getMaxConcurrentStreams(),
                1,
                MAX_FRAMES),
            Rules.smallBytes(at.field("headerTableSize"), m.getHeaderTableSize(), 0, MAX_TABLE),
            invalid == null ? null : (Boolean) (invalid == Invalid.TERMINATE_CONNECTION),
            m.hasExtendedConnect() ? (Boolean) m.getExtendedConnect() : null,
            m.hasConnectionKeepalive()
                ? keepalive(m.getConnectionKeepalive(), at.field("connectionKeepalive"))
                : null,
            floods(m.getFloods(), at.field("floods")));
    return value.equals(Http2Settings.NONE) ? null : value;
  }

  private static Keepalive keepalive(Http2Keepalive m, Scope at) {
    Duration timeout = Rules.positive(at.field("timeout"), m.getTimeout());
    if (m.getTimeout().isEmpty()) {
      at.wrongField("timeout", "is required", "say how long an answer to a ping may take");
    }
    if (m.getInterval().isEmpty() && m.getConnectionIdleInterval().isEmpty()) {
      at.wrong("pings nobody", "set interval or connectionIdleInterval");
    }
    return new Keepalive(
        Rules.positive(at.field("interval"), m.getInterval()),
        timeout == null ? Duration.ofSeconds(1) : timeout,
        Rules.positive(at.field("connectionIdleInterval"), m.getConnectionIdleInterval()),
        Rules.number(
            at.field("intervalJitterPercent"),
            m.hasIntervalJitterPercent(),
            m.getIntervalJitterPercent(),
            0,
            100));
  }

  private static Floods floods(Http2Floods m, Scope at) {
    return new Floods(
        Rules.number(
            at.field("maxOutboundFrames"),
            m.hasMaxOutboundFrames(),
            m.getMaxOutboundFrames(),
            1,
            MAX_FRAMES),
        Rules.number(
            at.field("maxOutboundControlFrames"),
            m.hasMaxOutboundControlFrames(),
            m.getMaxOutboundControlFrames(),
            1,
            MAX_FRAMES),
        Rules.number(
            at.field("maxConsecutiveEmptyFrames"),
            m.hasMaxConsecutiveEmptyFrames(),
            m.getMaxConsecutiveEmptyFrames(),
            0,
            MAX_FRAMES),
        Rules.number(
            at.field("maxPriorityFramesPerStream"),
            m.hasMaxPriorityFramesPerStream(),
            m.getMaxPriorityFramesPerStream(),
            0,
            MAX_FRAMES),
        Rules.number(
            at.field("maxWindowUpdatesPerDataFrame"),
            m.hasMaxWindowUpdatesPerDataFrame(),
            m.getMaxWindowUpdatesPerDataFrame(),
            1,
            MAX_FRAMES));
  }

  static void write(Http1Settings value, ClientHttp1.Builder out) {
    Write.ifSet(value.trailers(), out::setEnableTrailers);
    switch (value.headerCase()) {
      case null -> {}
      case LOWER -> out.setPreserveHeaderCase(false);
      case PRESERVE -> out.setPreserveHeaderCase(true);
      case PROPER -> out.setProperHeaderCase(true);
    }
    if (value.http10()) {
      Write.ifSet(value.http10Host(), out.getHttp10Builder()::setDefaultHost);
    }
  }

  static BackendHttp1 write(Http1Settings value) {
    BackendHttp1.Builder out = BackendHttp1.newBuilder();
    Write.ifSet(value.trailers(), out::setEnableTrailers);
    switch (value.headerCase()) {
      case null -> {}
      case LOWER -> out.setPreserveHeaderCase(false);
      case PRESERVE -> out.setPreserveHeaderCase(true);
      case PROPER -> out.setProperHeaderCase(true);
    }
    return out.build();
  }

  static io.headgate.proto.config.v1.Http2Settings write(Http2Settings value) {
    io.headgate.proto.config.v1.Http2Settings.Builder out =
        io.headgate.proto.config.v1.Http2Settings.newBuilder();
    Write.bytes(value.windows().stream(), out::setInitialStreamWindowSize);
    Write.bytes(value.windows().connection(), out::setInitialConnectionWindowSize);
    Write.ifSet(value.maxConcurrentStreams(), out::setMaxConcurrentStreams);
    Write.bytes(value.headerTableBytes(), out::setHeaderTableSize);
    Write.ifSet(
        value.terminateConnection(),
        all ->
            out.setOnInvalidMessage(
                Rules.camel(all ? Invalid.TERMINATE_CONNECTION : Invalid.TERMINATE_STREAM)));
    Write.ifSet(value.extendedConnect(), out::setExtendedConnect);
    Keepalive keepalive = value.keepalive();
    if (keepalive != null) {
      Http2Keepalive.Builder pings =
          out.getConnectionKeepaliveBuilder()
              .setTimeout(GatewayDuration.format(keepalive.timeout()));
      Write.duration(keepalive.interval(), pings::setInterval);
      Write.duration(keepalive.idleInterval(), pings::setConnectionIdleInterval);
      Write.ifSet(keepalive.jitterPercent(), pings::setIntervalJitterPercent);
    }
    Floods floods = value.floods();
    if (!floods.equals(Floods.NONE)) {
      Http2Floods.Builder budgets = out.getFloodsBuilder();
      Write.ifSet(floods.outboundFrames(), budgets::setMaxOutboundFrames);
      Write.ifSet(floods.outboundControlFrames(), budgets::setMaxOutboundControlFrames);
      Write.ifSet(floods.consecutiveEmptyFrames(), budgets::setMaxConsecutiveEmptyFrames);
      Write.ifSet(floods.priorityFramesPerStream(), budgets::setMaxPriorityFramesPerStream);
      Write.ifSet(floods.windowUpdatesPerDataFrame(), budgets::setMaxWindowUpdatesPerDataFrame);
    }
    return out.build();
  }
}
