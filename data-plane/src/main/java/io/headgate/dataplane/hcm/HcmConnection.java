package io.headgate.dataplane.hcm;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one downstream connection: opens each with the generation in force, and watches
 * over the connection's own clocks (idle, maximum duration), number and rate of requests, and
 * drain.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class HcmConnection implements StreamAcceptor {
  private static final LocalReply OVERLOADED = LocalReply.of(ProxyError.of(ErrorKind.OVERLOAD));
  private static final LocalReply TOO_FAST =
      new LocalReply(
          429,
          "Too Many Requests",
          "headgate_connection_request_rate",
          ResponseFlag.RATE_LIMITED,
          List.of());

  private final Current<HcmGeneration> current;
  private final ConnectionInfo info;
  private final BooleanSupplier draining;
  private final HcmMeters meters;
  private final String filterChainName;
  private final Deadline idle =
      new Deadline() {
        @Override
        protected void onExpired() {
          onIdle();
        }
      };
  private final Deadline oldest =
      new Deadline() {
        @Override
        protected void onExpired() {
          onTooOld();
        }
      };

  private @Nullable ServerConnection connection;
  private @Nullable LoopDeadlines wheel;
  private @Nullable ConnectionDrain drain;
  private @Nullable RequestRate rate;
  private HcmMeters.ByProtocol protocolMeters;
  private int activeStreams;
  private int streams;
  private long idleSince;
  private long bornAt;

  /** Whether it closed under a request that was being served. */
  boolean brokenOff;

  /**
   * Makes the acceptor of one connection.
   *
   * @param draining whether the listener drains, asked once an answer
   */
  public HcmConnection(
      Current<HcmGeneration> current,
      ConnectionInfo info,
      String filterChainName,
      BooleanSupplier draining) {
    this.current = current;
    this.info = info;
    this.filterChainName = filterChainName;
    this.draining = draining;
    this.meters = current.get().settings().meters();
    this.protocolMeters = meters.of(Protocol.HTTP_11);
  }

  /** Ties it to its codec; called on the loop before the first stream. */
  public void attach(ServerConnection newConnection) {
    connection = newConnection;
    LoopDeadlines deadlines = LoopDeadlines.of(newConnection.eventLoop());
    wheel = deadlines;
    drain = new ConnectionDrain(newConnection, deadlines);
    meters.connections.add();
    meters.connectionsActive.add();
    protocolMeters = meters.of(newConnection.protocol());
    protocolMeters.connections().add();
    protocolMeters.connectionsActive().add();
    if (info.tls() != null) {
      meters.connectionsTls.add();
      meters.connectionsTlsActive.add();
    }
    HcmSettings settings = current.get().settings();
    idleSince = deadlines.nanoTime();
    if (settings.limits().requestRate() != null) {
      rate = new RequestRate(settings.limits().requestRate(), idleSince);
    }
    bornAt = idleSince;
    arm(deadlines, idle, Timer.CONNECTION_IDLE, settings.timeouts().connectionIdle());
    arm(deadlines, oldest, Timer.CONNECTION_MAX, settings.timeouts().maxConnectionDuration());
  }

  /** Arms a clock that the overload manager may shorten while it runs. */
  private void arm(LoopDeadlines deadlines, Deadline deadline, Timer timer, long nanos) {
    Pressure pressure = current.get().settings().limits().pressure();
    long left = pressure.scaled(timer, nanos);
    if (left > 0) {
      deadlines.arm(deadline, Math.min(left, pressure.lookAgainNanos(timer)));
    }
  }

  ConnectionInfo info() {
    return info;
  }

  private Protocol protocol() {
    ServerConnection known = connection;
    return known == null ? Protocol.HTTP_11 : known.protocol();
  }

  long nanoTime() {
    LoopDeadlines deadlines = wheel;
    return deadlines == null ? System.nanoTime() : deadlines.nanoTime();
  }

  // ---- streams

  @Override
  public RequestReceiver newStream(ServerStream stream) {
    HcmGeneration generation = current.get();
    activeStreams++;
    streams++;
    HcmMeters now = generation.settings().meters();
    now.requests.add();
    protocolMeters.requests().add();
    now.requestsActive.add();
    StreamInfo facts = newInfo();
    return new HcmStream(
        this, generation, stream, facts, refusal(generation.settings(), facts.startNanos));
  }

  /** Returns the answer to a request that may not even begin. */
  private @Nullable LocalReply refusal(HcmSettings settings, long now) {
    if (settings.limits().pressure().refusesRequest()) {
      settings.meters().overloadCloses.add();
      return OVERLOADED;
    }
    RequestRate limit = rate;
    if (limit != null && !limit.take(now)) {
      settings.meters().tooFast.add();
      return TOO_FAST;
    }
    return null;
  }

  private StreamInfo newInfo() {
    StreamInfo facts =
        new StreamInfo(
            info, ThreadLocalRandom.current().nextLong(), System.currentTimeMillis(), nanoTime());
    facts.filterChainName = filterChainName;
    return facts;
  }

  /** An answer's head goes out: decides whether the connection goes on after it. */
  void onAnswer(ServerStream stream) {
    ConnectionDrain end = drain;
    if (end == null) {
      return;
    }
    HcmSettings settings = current.get().settings();
    HcmSettings.Limits limits = settings.limits();
    RequestRate limit = rate;
    if (end.hasBegun()) {
      end.tell(stream, 0);
      return;
    } else if (limits.requestsPerConnection() > 0 && streams >= limits.requestsPerConnection()) {
      meters.connectionMaxRequests.add();
    } else if (draining.getAsBoolean()) {
      meters.connectionDrainCloses.add();
    } else if (limits.pressure().closesAfterAnswer()) {
      meters.overloadKeepaliveOff.add();
    } else if (limit != null && limit.isHopeless()) {
      settings.meters().connectionTooFast.add();
    } else {
      return;
    }
    end.tell(stream, settings.timeouts().drain());
  }

  void onStreamOver() {
    activeStreams--;
    if (activeStreams == 0) {
      idleSince = nanoTime();
    }
  }

  @Override
  public void completeRefusal(ResponseHead head) {
    ResponseHygiene.apply(head, NoHead.REQUEST, current.get().settings());
  }

  @Override
  public void onProtocolError(ConnectionInfo where, ProxyError error, int status) {
    HcmSettings settings = current.get().settings();
    if (error.kind() == ErrorKind.REQUEST_HEADER_TIMEOUT) {
      meters.requestHeaderTimeouts.add();
    } else {
      meters.protocolErrors.add();
    }
    if (status == 0) {
      return; // the connection, or a message that is no request: there is nothing to log
    }
    meters.requests.add();
    protocolMeters.requests().add();
    StreamInfo facts = newInfo();
    facts.protocol = protocol();
    StreamRecord.refused(facts, settings, error, status);
  }

  // ---- the connection's end

  @Override
  public void onDelayedCloseTimeout() {
    meters.delayedCloseTimeouts.add();
  }

  @Override
  public void onConnectionClosed() {
    LoopDeadlines deadlines = wheel;
    if (deadlines != null) {
      deadlines.disarm(idle);
      deadlines.disarm(oldest);
    }
    if (drain != null) {
      drain.stop();
    }
    meters.connectionsActive.sub();
    protocolMeters.connectionsActive().sub();
    if (info.tls() != null) {
      meters.connectionsTlsActive.sub();
    }
    meters.connectionsDestroyed.add();
    if (brokenOff) {
      meters.destroyedWithRequests.add();
    }
    meters.connectionTime.record((nanoTime() - bornAt) / 1_000_000);
    meters.requestsPerConnection.record(streams);
  }

  private void onIdle() {
    LoopDeadlines deadlines = wheel;
    ConnectionDrain end = drain;
    if (deadlines == null || end == null) {
      return;
    }
    HcmSettings settings = current.get().settings();
    Pressure pressure = settings.limits().pressure();
    long limit = pressure.scaled(Timer.CONNECTION_IDLE, settings.timeouts().connectionIdle());
    if (limit == 0) {
      return;
    }
    long left = activeStreams > 0 ? limit : idleSince + limit - deadlines.nanoTime();
    if (left > 0) {
      deadlines.arm(idle, Math.min(left, pressure.lookAgainNanos(Timer.CONNECTION_IDLE)));
      return;
    }
    if (!end.hasBegun()) {
      meters.connectionIdleTimeouts.add();
      end.begin(settings.timeouts().drain());
    }
  }

  private void onTooOld() {
    LoopDeadlines deadlines = wheel;
    ConnectionDrain end = drain;
    if (deadlines == null || end == null) {
      return;
    }
    HcmSettings settings = current.get().settings();
    HcmTimeouts timeouts = settings.timeouts();
    Pressure pressure = settings.limits().pressure();
    long limit = pressure.scaled(Timer.CONNECTION_MAX, timeouts.maxConnectionDuration());
    if (limit == 0) {
      return;
    }
    long left = bornAt + limit - deadlines.nanoTime();
    if (left > 0) {
      deadlines.arm(oldest, Math.min(left, pressure.lookAgainNanos(Timer.CONNECTION_MAX)));
      return;
    }
    meters.connectionMaxDuration.add();
    if (timeouts.http1SafeMax() && protocol() == Protocol.HTTP_11) {
      end.announceOnly();
    } else {
      end.begin(timeouts.drain());
    }
  }
}
