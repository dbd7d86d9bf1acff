package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.xds.model.http.Http2Options;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks the peer in turn whether it is still there, and gives the connection up when no answer
 * comes.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class Keepalive extends Deadline {
  /** What our pings carry, so that an answer to another is told apart. */
  private static final long PAYLOAD = 0x6865616467617465L;

  private final H2Connection connection;
  private final Http2Options.Keepalive options;
  private boolean waiting;

  Keepalive(H2Connection connection, Http2Options.Keepalive options) {
    this.connection = connection;
    this.options = options;
  }

  private LoopDeadlines wheel() {
    return LoopDeadlines.of(connection.eventLoop());
  }

  void start() {
    long interval = options.interval().toNanos();
    if (interval > 0) {
      long jitter = interval / 100 * options.jitterPercent();
      wheel().arm(this, interval + (jitter > 0 ? ThreadLocalRandom.current().nextLong(jitter) : 0));
    }
  }

  void stop() {
    wheel().disarm(this);
  }

  /** Asks now, unless an answer is awaited already. */
  void ask() {
    if (!waiting) {
      waiting = true;
      connection.out().ping(PAYLOAD, false);
      wheel().arm(this, options.timeout().toNanos());
    }
  }

  /** Asks before a stream opens on a connection that was idle for long. */
  void onStreamAfter(long idleNanos) {
    long limit = options.idleInterval().toNanos();
    if (limit > 0 && idleNanos >= limit) {
      ask();
    }
  }

  /** A ping was answered. */
  void onAnswer(long payload) {
    if (payload == PAYLOAD && waiting) {
      waiting = false;
      wheel().disarm(this);
      start();
    }
  }

  @Override
  protected void onExpired() {
    if (waiting) {
      connection.onKeepaliveTimeout();
    } else {
      ask();
    }
  }
}
