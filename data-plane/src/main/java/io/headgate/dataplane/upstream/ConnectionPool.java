package io.headgate.dataplane.upstream;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.upstream.PoolEvents.Limit;
import io.headgate.dataplane.upstream.PoolEvents.Retirement;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.http.Http2Options;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint for one priority: the one that was used last comes
 * first, so that surplus ones grow old and close.
 *
 * <p>A request takes a free stream, or waits while a connection is made for it. Waiting requests
 * are bounded by the pending limit, connections by the cluster's and the host's limit; a pool may
 * always have one connection. A failed connect fails all requests that wait here: the endpoint is
 * the reason, and each may try another. A retired connection (too old, used up, GOAWAY) keeps its
 * streams and takes no new ones.
 *
 * <p>Thread: confined to the loop.
 */
public final class ConnectionPool {

  private final PoolHost host;
  private final Endpoint endpoint;
  private final CircuitBreaker breaker;
  private final Connector.@Nullable ServerName serverName;
  private final Connector.@Nullable Preface preface;
  private final LoopDeadlines deadlines;
  private final ArrayDeque<PooledConnection> ready = new ArrayDeque<>();
  private final Set<PooledConnection> all = new HashSet<>();
  private final Waiting waiting;
  private int connecting;
  private boolean closing;

  /** Makes an empty pool; called on its loop. */
  public ConnectionPool(PoolHost host, Endpoint endpoint, CircuitBreaker breaker) {
    this(host, endpoint, breaker, null, null);
  }

  /**
   * Makes an empty pool for some of the requests; it is of no use when it is empty again. Called on
   * its loop.
   *
   * @param serverName that its connections ask for; null for that of the cluster
   * @param preface that its connections begin with; null for nothing
   */
  public ConnectionPool(
      PoolHost host,
      Endpoint endpoint,
      CircuitBreaker breaker,
      Connector.@Nullable ServerName serverName,
      Connector.@Nullable Preface preface) {
    this.serverName = serverName;
    this.preface = preface;
    this.host = host;
    this.endpoint = endpoint;
    this.breaker = breaker;
    deadlines = LoopDeadlines.of(host.loop());
    waiting = new Waiting(host);
  }

  /** Gives the request a stream's place: now, later, or not at all; it is told in every case. */
  public void acquire(PoolRequest request) {
    PooledConnection open = ready.peekFirst();
    if (open != null) {
      lend(open, request);
      return;
    }
    if (!breaker.tryPending()) {
      refuse(request, Limit.PENDING_REQUESTS);
      tellIfEmpty();
      return;
    }
    waiting.append(request);
    connectMore();
  }

  private void refuse(PoolRequest request, Limit limit) {
    host.events().onOverflow(limit);
    request.onUnavailable(ErrorKind.UPSTREAM_OVERFLOW, "");
  }

  /** Lends a place of a ready connection. */
  private void lend(PooledConnection pooled, PoolRequest request) {
    if (!breaker.tryRequest()) {
      refuse(request, Limit.REQUESTS);
      return;
    }
    ClientConnection connection = pooled.connection;
    if (connection == null) {
      throw new IllegalStateException("lending a connection that is not there");
    }
    pooled.requests++;
    int most = http().maxRequestsPerConnection();
    boolean last = most > 0 && pooled.requests >= most;
    if (last || pooled.capacity(maxStreams()) <= 1) {
      notReady(pooled);
    }
    pooled.draining |= last;
    request.onReady(connection, pooled.localText, pooled.requests > 1);
    if (last && !pooled.gone) {
      host.events().onRetired(Retirement.MAX_REQUESTS);
      connection.drain();
    }
  }

  private void notReady(PooledConnection pooled) {
    if (pooled.ready) {
      pooled.ready = false;
      ready.remove(pooled); // it is the first nearly always
    }
  }

  private UpstreamHttp http() {
    return host.options().http();
  }

  /** How many streams the config allows on one connection. */
  private int maxStreams() {
    Http2Options http2 = http().http2();
    return http2 == null ? 1 : http2.maxConcurrentStreams();
  }

  /** As many requests as a connection that is being made will take, as far as can be known. */
  private int expectedStreams() {
    int most = http().maxRequestsPerConnection();
    return most > 0 ? Math.min(most, maxStreams()) : maxStreams();
  }

  private void connectMore() {
    while ((long) connecting * expectedStreams() < waiting.size() && mayConnect()) {
      PooledConnection pooled = new PooledConnection(this, deadlines.nanoTime());
      all.add(pooled);
      connecting++;
      endpoint.load().connectionOpened();
      host.connector().connect(host.loop(), endpoint.address(), connecting(), pooled);
    }
  }

  private Connector.Options connecting() {
    Connector.Options options = host.options();
    return options
        .towards(serverName == null ? host.serverName(endpoint) : serverName)
        .after(preface);
  }

  /** Takes a connection's place; a pool without any gets one whatever the limits are. */
  private boolean mayConnect() {
    boolean hostHasRoom = endpoint.load().connections() < breaker.limits().maxConnectionsPerHost();
    if (hostHasRoom && breaker.tryConnection()) {
      return true;
    }
    host.events().onOverflow(Limit.CONNECTIONS);
    if (!all.isEmpty()) {
      return false;
    }
    breaker.forceConnection();
    return true;
  }

  void connected(PooledConnection pooled) {
    connecting--;
    ClientConnection made = pooled.connection;
    if (made == null) {
      throw new IllegalStateException("connected without a connection");
    }
    pooled.connectedAtNanos = deadlines.nanoTime();
    host.events()
        .onConnected(endpoint, made.protocol(), pooled.connectedAtNanos - pooled.startedAtNanos);
    offer(pooled);
    if (!pooled.gone) {
      arm(pooled);
    }
    connectMore(); // its peer may allow fewer streams than it was made for
  }

  void connectFailed(PooledConnection pooled, boolean timedOut, String reason) {
    connecting--;
    drop(pooled);
    List<PoolRequest> failed = waiting.takeAll();
    host.events().onConnectFailed(endpoint, timedOut, failed.size());
    ErrorKind kind = timedOut ? ErrorKind.CONNECT_TIMEOUT : ErrorKind.CONNECT_FAILURE;
    for (PoolRequest request : failed) {
      request.onUnavailable(kind, reason);
    }
    tellIfEmpty();
  }

  /** The connection has free streams: for those who wait, or for later. */
  void offer(PooledConnection pooled) {
    if (pooled.capacity(maxStreams()) <= 0) {
      return;
    }
    if (!pooled.ready) {
      pooled.ready = true;
      ready.addFirst(pooled);
    }
    PoolRequest request;
    while (pooled.ready && (request = waiting.first()) != null) {
      waiting.remove(request);
      lend(pooled, request);
    }
    if (pooled.ready && pooled.isIdle()) {
      pooled.idleSinceNanos = deadlines.nanoTime();
      if (closing) {
        close(pooled);
      }
    }
  }

  /** Takes the connection out of use: its streams go on, it gets no new ones. */
  void retire(PooledConnection pooled, Retirement why) {
    ClientConnection open = pooled.connection;
    if (pooled.draining || pooled.gone || open == null) {
      return;
    }
    pooled.draining = true;
    notReady(pooled);
    host.events().onRetired(why);
    pooled.closedByUs |= why != Retirement.PEER;
    open.drain();
    connectMore();
  }

  // ---- time

  private void arm(PooledConnection pooled) {
    long idle = http().lifetimes().idle().toNanos();
    long life = http().lifetimes().connection().toNanos();
    long at = Long.MAX_VALUE;
    if (idle > 0) {
      at = (pooled.isIdle() ? pooled.idleSinceNanos : deadlines.nanoTime()) + idle;
    }
    if (life > 0) {
      at = Math.min(at, pooled.connectedAtNanos + life);
    }
    if (at != Long.MAX_VALUE) {
      deadlines.armAt(pooled, at);
    }
  }

  /**
   * A connection may have been idle or there for too long. Requests do not touch the deadline: it
   * comes too early for a connection that was used since, and is set again.
   */
  void timeUp(PooledConnection pooled) {
    if (pooled.gone || pooled.draining) {
      return;
    }
    long now = deadlines.nanoTime();
    long idle = http().lifetimes().idle().toNanos();
    long life = http().lifetimes().connection().toNanos();
    if (life > 0 && now - pooled.connectedAtNanos >= life) {
      retire(pooled, Retirement.MAX_DURATION);
    } else if (idle > 0 && pooled.isIdle() && now - pooled.idleSinceNanos >= idle) {
      retire(pooled, Retirement.IDLE);
    } else {
      arm(pooled);
    }
  }

  /** Timeouts may have changed: every connection's deadline is set again. */
  public void timeoutsChanged() {
    for (PooledConnection pooled : all) {
      if (pooled.connection != null && !pooled.draining) {
        deadlines.disarm(pooled);
        arm(pooled);
      }
    }
  }

  // ---- the end

  void closed(PooledConnection pooled) {
    if (pooled.gone) {
      return;
    }
    notReady(pooled);
    drop(pooled);
    ClientConnection was = pooled.connection;
    host.events()
        .onClosed(
            endpoint,
            pooled.closedByUs || (was != null && was.isClosedByUs()),
            !pooled.isIdle(),
            deadlines.nanoTime() - pooled.connectedAtNanos,
            pooled.requests);
    connectMore();
    tellIfEmpty();
  }

  private void drop(PooledConnection pooled) {
    pooled.gone = true;
    deadlines.disarm(pooled);
    all.remove(pooled);
    endpoint.load().connectionClosed();
    breaker.releaseConnection();
  }

  /** Uses the connections of now for their requests in flight only; new requests get new ones. */
  public void retireAll() {
    for (PooledConnection pooled : new ArrayList<>(all)) {
      retire(pooled, Retirement.CHANGED);
    }
  }

  /** Keeps no connection beyond the request that it is made for. */
  public void drainWhenUnused() {
    closing = true;
  }

  /**
   * Closes idle connections now and the others when their requests have ended; requests in flight
   * finish.
   */
  public void drain() {
    closing = true;
    retireAll();
    tellIfEmpty();
  }

  /** Closes everything at once; requests in flight are reset. */
  public void close() {
    closing = true;
    for (PoolRequest request : waiting.takeAll()) {
      request.onUnavailable(ErrorKind.LOCAL_RESET, "");
    }
    for (PooledConnection pooled : new ArrayList<>(all)) {
      notReady(pooled);
      close(pooled);
    }
  }

  private static void close(PooledConnection pooled) {
    pooled.closedByUs = true;
    if (pooled.connection != null) {
      pooled.connection.close();
    }
  }

  private void tellIfEmpty() {
    boolean ofFew = serverName != null || preface != null;
    if ((closing || ofFew) && all.isEmpty() && waiting.first() == null) {
      host.onEmpty(this);
    }
  }

  /** Whose connections they are. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Whether it serves HIGH routes. */
  public boolean isHighPriority() {
    return breaker.isHighPriority();
  }

  /** The server that its connections ask for; null for that of the cluster. */
  public Connector.@Nullable ServerName serverName() {
    return serverName;
  }

  /** What its connections begin with; null for nothing. */
  public Connector.@Nullable Preface preface() {
    return preface;
  }

  /** Connections, those being made included. */
  public int connections() {
    return all.size();
  }

  /** Connections that could take a request. */
  public int readyConnections() {
    return ready.size();
  }

  /** Requests that wait for a connection. */
  public int waitingRequests() {
    return waiting.size();
  }
}
