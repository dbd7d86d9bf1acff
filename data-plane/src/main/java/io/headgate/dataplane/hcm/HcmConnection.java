package io.headgate.dataplane.hcm;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.StreamInfo;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one downstream connection: opens each with the generation in force, and watches
 * over the connection's own clocks (idle, maximum duration), number of requests, and drain.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class HcmConnection implements StreamAcceptor {
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
          meters.connectionMaxDuration.add();
          drainNow();
        }
      };

  private @Nullable ServerConnection connection;
  private @Nullable LoopDeadlines wheel;
  private HcmMeters.ByProtocol protocolMeters;
  private int activeStreams;
  private int streams;
  private boolean drainNext;
  private long idleSince;

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
    meters.connections.add();
    meters.connectionsActive.add();
    protocolMeters = meters.of(newConnection.protocol());
    protocolMeters.connections().add();
    protocolMeters.connectionsActive().add();
    HcmTimeouts timeouts = current.get().settings().timeouts();
    idleSince = deadlines.nanoTime();
    if (timeouts.connectionIdle() > 0) {
      deadlines.arm(idle, timeouts.connectionIdle());
    }
    if (timeouts.maxConnectionDuration() > 0) {
      deadlines.arm(oldest, timeouts.maxConnectionDuration());
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
    return new HcmStream(this, generation, stream, facts);
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
    int limit = current.get().settings().limits().requestsPerConnection();
    if (limit > 0 && streams >= limit) {
      meters.connectionMaxRequests.add();
      stream.drain();
    } else if (drainNext || draining.getAsBoolean()) {
      meters.connectionDrainCloses.add();
      stream.drain();
    }
  }

  void onStreamOver() {
    activeStreams--;
    if (activeStreams == 0) {
      idleSince = nanoTime();
    }
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

  @Override
  public void onConnectionClosed() {
    LoopDeadlines deadlines = wheel;
    if (deadlines != null) {
      deadlines.disarm(idle);
      deadlines.disarm(oldest);
    }
    meters.connectionsActive.sub();
    protocolMeters.connectionsActive().sub();
    meters.connectionsDestroyed.add();
  }

  private void onIdle() {
    LoopDeadlines deadlines = wheel;
    if (deadlines == null) {
      return;
    }
    long limit = current.get().settings().timeouts().connectionIdle();
    if (limit == 0) {
      return;
    }
    long left = activeStreams > 0 ? limit : idleSince + limit - deadlines.nanoTime();
    if (left > 0) {
      deadlines.arm(idle, left);
    } else {
      meters.connectionIdleTimeouts.add();
      drainNow();
    }
  }

  private void drainNow() {
    drainNext = true;
    if (connection != null) {
      connection.drain();
    }
  }
}
