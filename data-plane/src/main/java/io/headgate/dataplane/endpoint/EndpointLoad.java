package io.headgate.dataplane.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Live load of one endpoint: requests in flight, and totals since the endpoint exists.
 *
 * <p>Totals only grow; who reports them keeps what it has already reported, so nothing is lost
 * between reports and several readers do not disturb each other.
 *
 * <p>Thread: any; every field is an atomic.
 */
public final class EndpointLoad {

  private static final VarHandle ACTIVE = handle("active", int.class);
  private static final VarHandle CONNECTIONS = handle("connections", int.class);
  private static final VarHandle SUCCESSES = handle("successes", long.class);
  private static final VarHandle ERRORS = handle("errors", long.class);
  private static final VarHandle LATENCY_NANOS = handle("latencyNanos", long.class);
  private static final VarHandle CONNECT_FAILURES = handle("connectFailures", long.class);
  private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

  private volatile int active;
  private volatile int connections;
  private volatile long successes;
  private volatile long errors;
  private volatile long latencyNanos;
  private volatile long connectFailures;
  private final long[] metricCounts = new long[LoadMetric.COUNT];
  // Sums are doubles kept as their bits, so that one compare-and-set adds to them.
  private final long[] metricSums = new long[LoadMetric.COUNT];

  EndpointLoad() {}

  private static VarHandle handle(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(EndpointLoad.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A request was handed to this endpoint. */
  public void begin() {
    ACTIVE.getAndAdd(this, 1);
  }

  /**
   * A request that was handed to this endpoint ended.
   *
   * @param success whether the endpoint answered with other than a 5xx and was not reset
   * @param nanos from hand-over to the end of the answer; 0 when there was no answer
   */
  public void end(boolean success, long nanos) {
    ACTIVE.getAndAdd(this, -1);
    if (success) {
      SUCCESSES.getAndAdd(this, 1L);
    } else {
      ERRORS.getAndAdd(this, 1L);
    }
    if (nanos > 0) {
      LATENCY_NANOS.getAndAdd(this, nanos);
    }
  }

  /** A connection to this endpoint is being made. */
  public void connectionOpened() {
    CONNECTIONS.getAndAdd(this, 1);
  }

  /** A connection to this endpoint is gone, made or not. */
  public void connectionClosed() {
    CONNECTIONS.getAndAdd(this, -1);
  }

  /** A connect attempt failed. */
  public void connectFailed() {
    CONNECT_FAILURES.getAndAdd(this, 1L);
  }

  /** The backend reported a value of the metric with one answer. */
  public void report(LoadMetric metric, double value) {
    int i = metric.slot();
    COUNTS.getAndAdd(metricCounts, i, 1L);
    long seen;
    do {
      seen = (long) COUNTS.getVolatile(metricSums, i);
    } while (!COUNTS.compareAndSet(
        metricSums, i, seen, Double.doubleToRawLongBits(Double.longBitsToDouble(seen) + value)));
  }

  /** Requests in flight now, over all event loops. */
  public int active() {
    return active;
  }

  /** Connections that are open or being made, over all event loops. */
  public int connections() {
    return connections;
  }

  /** Requests that ended well. */
  public long successes() {
    return successes;
  }

  /** Requests that ended with a 5xx, a reset or a timeout. */
  public long errors() {
    return errors;
  }

  /** Sum of the times of all requests that were answered, in nanoseconds. */
  public long latencyNanos() {
    return latencyNanos;
  }

  /** Connect attempts that failed. */
  public long connectFailures() {
    return connectFailures;
  }

  /** How many answers carried the metric. */
  public long metricCount(LoadMetric metric) {
    return (long) COUNTS.getVolatile(metricCounts, metric.slot());
  }

  /** Sum of the values that were reported of the metric. */
  public double metricSum(LoadMetric metric) {
    return Double.longBitsToDouble((long) COUNTS.getVolatile(metricSums, metric.slot()));
  }
}
