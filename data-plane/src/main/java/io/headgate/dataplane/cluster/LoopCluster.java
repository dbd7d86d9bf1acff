package io.headgate.dataplane.cluster;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierResult;
import io.headgate.dataplane.lb.HostPicker;
import io.headgate.dataplane.upstream.ConnectionPool;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.PoolHost;
import io.headgate.dataplane.upstream.PoolRequest;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a cluster: its picker and its pools.
 *
 * <p>Thread: confined to the loop.
 */
public final class LoopCluster implements PoolHost {

  private static final long SWEEP_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SWEEP_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Cluster cluster;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final Map<Endpoint, ConnectionPool> pools = new HashMap<>();
  private ClusterState seen;
  private HostPicker picker;
  private @Nullable Future<?> sweeper;

  LoopCluster(Cluster cluster, EventLoop loop, RandomGenerator random) {
    this.cluster = cluster;
    this.loop = loop;
    this.random = random;
    seen = cluster.state();
    picker = newPicker(cluster, seen, random);
  }

  private static HostPicker newPicker(Cluster cluster, ClusterState state, RandomGenerator random) {
    return new HostPicker(cluster.currentHosts(), cluster.epoch(), state.balancing(), random);
  }

  /** The cluster. */
  public Cluster cluster() {
    return cluster;
  }

  /**
   * Chooses a host by today's hosts and health.
   *
   * @param tried hosts that the request failed on, the first {@code triedCount} entries
   * @return null when no host is available
   */
  @SuppressWarnings("ReferenceEquality") // states are swapped whole, identity tells a swap
  public @Nullable Endpoint pick(Endpoint[] tried, int triedCount) {
    ClusterState now = cluster.state();
    if (now != seen) {
      if (now.balancing() != seen.balancing()) {
        picker = newPicker(cluster, now, random);
      }
      seen = now;
    }
    return picker.pick(tried, triedCount);
  }

  /**
   * Gives the request a connection to the endpoint: now, later, or not at all; it is told in every
   * case.
   */
  public void acquire(Endpoint endpoint, PoolRequest request) {
    ConnectionPool pool = pools.get(endpoint);
    if (pool == null) {
      pool = new ConnectionPool(this, endpoint);
      pools.put(endpoint, pool);
      if (endpoint.removed()) {
        // Picked before the host left: its connection goes when the request has ended.
        pool.drainWhenUnused();
      }
      startSweeper();
    }
    pool.acquire(request);
  }

  private void startSweeper() {
    if (sweeper == null) {
      long idle = options().http().idleTimeout().toNanos();
      long every = Math.clamp(idle / 4, SWEEP_MIN_NANOS, SWEEP_MAX_NANOS);
      sweeper = loop.schedule(this::sweep, every, TimeUnit.NANOSECONDS);
    }
  }

  private void sweep() {
    sweeper = null;
    for (ConnectionPool pool : new ArrayList<>(pools.values())) {
      pool.sweep();
    }
    if (!pools.isEmpty()) {
      startSweeper();
    }
  }

  /** Lets the pools of hosts that have left run dry. */
  void drainRemoved() {
    for (ConnectionPool pool : new ArrayList<>(pools.values())) {
      if (pool.endpoint().removed()) {
        pool.drain();
      }
    }
  }

  /** Lets all pools run dry; requests in flight finish. */
  void drainAll() {
    for (ConnectionPool pool : new ArrayList<>(pools.values())) {
      pool.drain();
    }
  }

  /** Connections of this loop to the endpoint. */
  public int connections(Endpoint endpoint) {
    ConnectionPool pool = pools.get(endpoint);
    return pool == null ? 0 : pool.connections();
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public Connector connector() {
    return cluster.services().connector();
  }

  @Override
  public Connector.Options options() {
    return cluster.state().connecting();
  }

  @Override
  public long nanoTime() {
    return cluster.services().nanoClock().getAsLong();
  }

  @Override
  public void onConnectSuccess(Endpoint endpoint) {
    cluster.meters().connectionsTotal.add();
    cluster.meters().connectionsActive.add();
  }

  @Override
  public void onConnectFailure(Endpoint endpoint, boolean timedOut) {
    cluster.meters().connectionsTotal.add();
    cluster.meters().connectFail.add();
    if (timedOut) {
      cluster.meters().connectTimeout.add();
    }
    endpoint.load().connectFailed();
    OutlierDetector outlier = cluster.outlier();
    if (outlier != null) {
      outlier.record(
          endpoint, timedOut ? OutlierResult.CONNECT_TIMED_OUT : OutlierResult.CONNECT_FAILED);
    }
  }

  @Override
  public void onConnectionClosed(Endpoint endpoint) {
    cluster.meters().connectionsActive.sub();
    cluster.meters().connectionsDestroyed.add();
  }

  @Override
  public void onPending(int change) {
    cluster.meters().pendingActive.add(change);
  }

  @Override
  public void onOverflow() {
    cluster.meters().pendingOverflow.add();
  }

  @Override
  public void onEmpty(ConnectionPool pool) {
    pools.remove(pool.endpoint(), pool);
  }
}
