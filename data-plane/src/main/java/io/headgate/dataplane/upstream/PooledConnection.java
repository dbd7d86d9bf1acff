package io.headgate.dataplane.upstream;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ConnectionInfo;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a pool, from the connect attempt to the close.
 *
 * <pre>
 *   connecting --connected--> idle --lent--> busy --stream ended--> idle
 *        |                     |               |
 *        +--failed--> gone  <--+---closed------+   (draining: busy, then gone)
 * </pre>
 *
 * <p>Thread: confined to the loop.
 */
final class PooledConnection implements Connector.Result {

  final ConnectionPool pool;
  final CircuitBreaker breaker;
  @Nullable ClientConnection connection;
  String localText = "";
  long connectedAtNanos;
  long idleSinceNanos;
  int requests;
  boolean draining;
  boolean idle;
  boolean gone;

  PooledConnection(ConnectionPool pool, CircuitBreaker breaker) {
    this.pool = pool;
    this.breaker = breaker;
  }

  @Override
  public void onConnected(ClientConnection made) {
    connection = made;
    localText = ConnectionInfo.text(made.local());
    pool.connected(this);
  }

  @Override
  public void onConnectFailed(boolean timedOut, String reason) {
    pool.connectFailed(this, timedOut, reason);
  }

  @Override
  public void onStreamAvailable(ClientConnection same) {
    pool.available(this);
  }

  @Override
  public void onDraining(ClientConnection same) {
    pool.draining(this);
  }

  @Override
  public void onClosed(ClientConnection same) {
    pool.closed(this);
  }
}
