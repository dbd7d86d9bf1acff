package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.ServerStream;

/**
 * How a connection is brought to its end without losing a request.
 *
 * <pre>
 *   OPEN ──begin──▶ ANNOUNCED ──drain timeout──▶ CLOSING: no stream opens, the last one closes it
 * </pre>
 *
 * <p>HTTP/1 announces it by {@code Connection: close} on the next answer, HTTP/2 by GOAWAY at once.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class ConnectionDrain extends Deadline {
  private final ServerConnection connection;
  private final LoopDeadlines wheel;
  private boolean begun;

  ConnectionDrain(ServerConnection connection, LoopDeadlines wheel) {
    this.connection = connection;
    this.wheel = wheel;
  }

  boolean hasBegun() {
    return begun;
  }

  /** The next answer of an HTTP/1 connection is its last; nothing else happens. */
  void announceOnly() {
    begun = true;
  }

  /** Announces the end and closes when the time is up. */
  void begin(long nanos) {
    if (begun) {
      return;
    }
    begun = true;
    if (nanos <= 0) {
      connection.drain();
    } else {
      connection.announceDrain();
      wheel.arm(this, nanos);
    }
  }

  /** An answer goes out by which the end is to be told. */
  void tell(ServerStream stream, long nanos) {
    if (connection.protocol() == Protocol.HTTP_11) {
      begun = true;
      stream.drain();
    } else {
      begin(nanos);
    }
  }

  void stop() {
    wheel.disarm(this);
  }

  @Override
  protected void onExpired() {
    connection.drain();
  }
}
