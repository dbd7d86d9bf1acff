package io.headgate.dataplane.upstream;

import io.headgate.xds.model.cluster.CircuitBreakers;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one cluster and priority over all loops: connections, pending requests, requests
 * and retries in flight.
 *
 * <p>Each take that succeeds is given back exactly once. New limits hold from the next take on;
 * what is over a lowered limit stays.
 *
 * <p>Thread: any; every field is an atomic or volatile. Spec: Envoy, "Circuit breaking".
 */
public final class CircuitBreaker {

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final boolean highPriority;
  private volatile CircuitBreakers.Thresholds limits;

  /** Starts with nothing in use. */
  public CircuitBreaker(CircuitBreakers.Thresholds limits, boolean highPriority) {
    this.limits = limits;
    this.highPriority = highPriority;
  }

  /** Whether it is the one of HIGH routes. */
  public boolean isHighPriority() {
    return highPriority;
  }

  /** Puts new limits in force. */
  public void limits(CircuitBreakers.Thresholds next) {
    limits = next;
  }

  /** Takes a connection's place. */
  public boolean tryConnection() {
    return take(connections, limits.maxConnections());
  }

  /** Takes a connection's place whatever the limit is: every pool may have one. */
  public void forceConnection() {
    connections.incrementAndGet();
  }

  /** A connection is gone. */
  public void releaseConnection() {
    connections.decrementAndGet();
  }

  /** Takes a place among the requests that wait for a connection. */
  public boolean tryPending() {
    return take(pending, limits.maxPendingRequests());
  }

  /** A request no longer waits. */
  public void releasePending() {
    pending.decrementAndGet();
  }

  /** Takes a place among the requests in flight. */
  public boolean tryRequest() {
    return take(requests, limits.maxRequests());
  }

  /** A request is no longer in flight. */
  public void releaseRequest() {
    requests.decrementAndGet();
  }

  /**
   * Takes a place among the retries: under a budget a share of all requests in flight, with a
   * floor; else a fixed number.
   */
  public boolean tryRetry() {
    return take(retries, maxRetries());
  }

  /** How many retries there may be at once now. */
  public long maxRetries() {
    CircuitBreakers.Thresholds now = limits;
    CircuitBreakers.@Nullable RetryBudget budget = now.retryBudget();
    if (budget == null) {
      return now.maxRetries();
    }
    long inFlight = (long) requests.get() + pending.get();
    return Math.max((long) (inFlight * budget.percent() / 100), budget.minConcurrency());
  }

  /** A retry ended. */
  public void releaseRetry() {
    retries.decrementAndGet();
  }

  /** Connections that are open or being made. */
  public int connections() {
    return connections.get();
  }

  /** Requests that wait for a connection. */
  public int pending() {
    return pending.get();
  }

  /** Requests in flight. */
  public int requests() {
    return requests.get();
  }

  /** Retries in flight or in back-off. */
  public int retries() {
    return retries.get();
  }

  /** The limits in force. */
  public CircuitBreakers.Thresholds limits() {
    return limits;
  }

  private static boolean take(AtomicInteger gauge, long limit) {
    // One atomic add in the usual case; a loser of a race at the limit gives its place back.
    if (gauge.incrementAndGet() <= limit) {
      return true;
    }
    gauge.decrementAndGet();
    return false;
  }
}
