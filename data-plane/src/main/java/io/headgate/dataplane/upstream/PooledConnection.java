package io.headgate.dataplane.upstream;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a pool, from the connect attempt to the close. As a deadline it is the moment
 * at which it may have been idle for too long or have become too old.
 *
 * <pre>
 *   connecting --connected--> ready --last free stream lent--> busy --stream ended--> ready
 *        |                      |  \                             |
 *        +--failed--> gone  <---+   +--retired--> draining  <----+
 *                                                    +--last stream ended--> gone
 * </pre>
 *
 * <p>Thread: confined to the loop.
 */
final class PooledConnection extends Deadline implements Connector.Result {

  final ConnectionPool pool;
  final long startedAtNanos;
  @Nullable ClientConnection connection;
  String localText = "";
  long connectedAtNanos;
  long idleSinceNanos;
  int requests;
  boolean ready;
  boolean draining;
  boolean gone;
  boolean closedByUs;

  PooledConnection(ConnectionPool pool, long now) {
    this.pool = pool;
    this.startedAtNanos = now;
  }

  boolean isIdle() {
    ClientConnection made = connection;
    return made != null && made.activeStreams() == 0;
  }

  /** How many requests it can take now. */
  int capacity(int maxStreams) {
    ClientConnection made = connection;
    if (made == null || gone || draining) {
      return 0;
    }
    return Math.min(made.availableStreams(), maxStreams - made.activeStreams());
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
    pool.offer(this);
  }

  @Override
  public void onDraining(ClientConnection same) {
    pool.retire(this, PoolEvents.Retirement.PEER);
  }

  @Override
  public void onClosed(ClientConnection same) {
    pool.closed(this);
  }

  @Override
  protected void onExpired() {
    pool.timeUp(this);
  }
}
