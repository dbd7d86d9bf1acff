package io.headgate.dataplane.upstream;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ErrorKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint: newest idle first, so that surplus ones grow old and
 * close.
 *
 * <p>A request takes an idle connection, or waits while one is made for it. Waiting requests are
 * bounded by the pending limit, connections by the connection limit; a pool may always have one
 * connection. A failed connect fails all requests that wait here: the endpoint is the reason, and
 * each may try another.
 *
 * <p>Thread: confined to the loop.
 */
public final class ConnectionPool {

  private final PoolHost host;
  private final Endpoint endpoint;
  private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();
  private final Set<PooledConnection> all = new HashSet<>();
  private @Nullable PoolRequest firstWaiting;
  private @Nullable PoolRequest lastWaiting;
  private int waiting;
  private int connecting;
  private boolean closing;

  /** Makes an empty pool. */
  public ConnectionPool(PoolHost host, Endpoint endpoint) {
    this.host = host;
    this.endpoint = endpoint;
  }

  /** Gives the request a connection: now, later, or not at all; it is told in every case. */
  public void acquire(PoolRequest request) {
    PooledConnection ready = idle.pollFirst();
    if (ready != null) {
      ready.idle = false;
      lend(ready, request);
      return;
    }
    if (!request.breaker().tryPending()) {
      host.onOverflow();
      request.onUnavailable(ErrorKind.UPSTREAM_OVERFLOW, "");
      return;
    }
    append(request);
    connectMore();
  }

  private void lend(PooledConnection pooled, PoolRequest request) {
    if (!request.breaker().tryRequest()) {
      putIdle(pooled);
      host.onOverflow();
      request.onUnavailable(ErrorKind.UPSTREAM_OVERFLOW, "");
      return;
    }
    ClientConnection connection = pooled.connection;
    if (connection == null) {
      throw new IllegalStateException("lending a connection that is not there");
    }
    pooled.requests++;
    request.onReady(connection, pooled.localText, pooled.requests > 1);
    if (!pooled.gone && isWornOut(pooled)) {
      pooled.draining = true;
      connection.drain();
    }
  }

  private boolean isWornOut(PooledConnection pooled) {
    int most = host.options().http().maxRequestsPerConnection();
    if (most > 0 && pooled.requests >= most) {
      return true;
    }
    long longest = host.options().http().maxConnectionDuration().toNanos();
    return longest > 0 && host.nanoTime() - pooled.connectedAtNanos >= longest;
  }

  private void connectMore() {
    while (connecting < waiting && firstWaiting != null) {
      CircuitBreaker breaker = firstWaiting.breaker();
      if (all.isEmpty()) {
        breaker.forceConnection();
      } else if (!breaker.tryConnection()) {
        return;
      }
      PooledConnection pooled = new PooledConnection(this, breaker);
      all.add(pooled);
      connecting++;
      host.connector().connect(host.loop(), endpoint.address(), host.options(), pooled);
    }
  }

  void connected(PooledConnection pooled) {
    connecting--;
    pooled.connectedAtNanos = host.nanoTime();
    host.onConnectSuccess(endpoint);
    hand(pooled);
  }

  void connectFailed(PooledConnection pooled, boolean timedOut, String reason) {
    connecting--;
    drop(pooled);
    host.onConnectFailure(endpoint, timedOut);
    ErrorKind kind = timedOut ? ErrorKind.CONNECT_TIMEOUT : ErrorKind.CONNECT_FAILURE;
    for (PoolRequest request : takeAllWaiting()) {
      request.onUnavailable(kind, reason);
    }
    tellIfEmpty();
  }

  void available(PooledConnection pooled) {
    if (!pooled.gone && !pooled.draining && !pooled.idle) {
      hand(pooled);
    }
  }

  /** Gives a free connection to the request that waits longest, or keeps it. */
  private void hand(PooledConnection pooled) {
    PoolRequest request = firstWaiting;
    if (request != null) {
      remove(request);
      request.breaker().releasePending();
      lend(pooled, request);
      return;
    }
    if (closing) {
      close(pooled);
      return;
    }
    putIdle(pooled);
  }

  private void putIdle(PooledConnection pooled) {
    pooled.idle = true;
    pooled.idleSinceNanos = host.nanoTime();
    idle.addFirst(pooled);
  }

  void draining(PooledConnection pooled) {
    pooled.draining = true;
    if (pooled.idle) {
      pooled.idle = false;
      idle.remove(pooled);
    }
    connectMore();
  }

  void closed(PooledConnection pooled) {
    if (pooled.gone) {
      return;
    }
    if (pooled.idle) {
      pooled.idle = false;
      idle.remove(pooled);
    }
    drop(pooled);
    host.onConnectionClosed(endpoint);
    connectMore();
    tellIfEmpty();
  }

  private void drop(PooledConnection pooled) {
    pooled.gone = true;
    all.remove(pooled);
    pooled.breaker.releaseConnection();
  }

  /** Closes the connections that have been idle for too long. */
  public void sweep() {
    long limit = host.options().http().idleTimeout().toNanos();
    if (limit <= 0) {
      return;
    }
    long now = host.nanoTime();
    PooledConnection oldest;
    while ((oldest = idle.peekLast()) != null && now - oldest.idleSinceNanos >= limit) {
      idle.pollLast();
      oldest.idle = false;
      close(oldest);
    }
  }

  /** Keeps no connection beyond the request that it is made for. */
  public void drainWhenUnused() {
    closing = true;
  }

  /**
   * Closes idle connections now and the others when their request has ended; requests in flight
   * finish.
   */
  public void drain() {
    closing = true;
    for (PooledConnection pooled : new ArrayList<>(all)) {
      pooled.idle = false;
      pooled.draining = pooled.connection != null;
      if (pooled.connection != null) {
        pooled.connection.drain();
      }
    }
    idle.clear();
    tellIfEmpty();
  }

  /** Closes everything at once; requests in flight are reset. */
  public void close() {
    closing = true;
    for (PoolRequest request : takeAllWaiting()) {
      request.onUnavailable(ErrorKind.LOCAL_RESET, "");
    }
    idle.clear();
    for (PooledConnection pooled : new ArrayList<>(all)) {
      pooled.idle = false;
      close(pooled);
    }
  }

  private static void close(PooledConnection pooled) {
    if (pooled.connection != null) {
      pooled.connection.close();
    }
  }

  private void tellIfEmpty() {
    if (closing && all.isEmpty() && firstWaiting == null) {
      host.onEmpty(this);
    }
  }

  /** Whose connections they are. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Connections, those being made included. */
  public int connections() {
    return all.size();
  }

  /** Connections that no request uses. */
  public int idleConnections() {
    return idle.size();
  }

  /** Requests that wait for a connection. */
  public int waiting() {
    return waiting;
  }

  private void append(PoolRequest request) {
    request.waitingIn = this;
    request.previous = lastWaiting;
    if (lastWaiting == null) {
      firstWaiting = request;
    } else {
      lastWaiting.next = request;
    }
    lastWaiting = request;
    waiting++;
    host.onPending(1);
  }

  void remove(PoolRequest request) {
    if (request.previous == null) {
      firstWaiting = request.next;
    } else {
      request.previous.next = request.next;
    }
    if (request.next == null) {
      lastWaiting = request.previous;
    } else {
      request.next.previous = request.previous;
    }
    request.next = null;
    request.previous = null;
    request.waitingIn = null;
    waiting--;
    host.onPending(-1);
  }

  private List<PoolRequest> takeAllWaiting() {
    List<PoolRequest> taken = new ArrayList<>(waiting);
    PoolRequest request;
    while ((request = firstWaiting) != null) {
      remove(request);
      request.breaker().releasePending();
      taken.add(request);
    }
    return taken;
  }
}
