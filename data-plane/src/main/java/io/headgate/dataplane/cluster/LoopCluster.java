package io.headgate.dataplane.cluster;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.lb.HostPicker;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.dataplane.upstream.ConnectionPool;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.PoolEvents;
import io.headgate.dataplane.upstream.PoolHost;
import io.headgate.dataplane.upstream.PoolRequest;
import io.headgate.xds.model.tls.UpstreamTls;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a cluster: its picker and its pools.
 *
 * <p>Thread: confined to the loop.
 */
public final class LoopCluster implements PoolHost {

  private final Cluster cluster;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final PoolMeters events;
  private final Map<Endpoint, ConnectionPool> normal = new HashMap<>();
  private final Map<Endpoint, ConnectionPool> high = new HashMap<>();

  /** Pools whose connections ask for the request's server, or tell its client. */
  private final Map<NamedPool, ConnectionPool> named = new HashMap<>();

  private ClusterState seen;
  private HostPicker picker;

  LoopCluster(Cluster cluster, EventLoop loop, RandomGenerator random) {
    this.cluster = cluster;
    this.loop = loop;
    this.random = random;
    events = new PoolMeters(cluster);
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

  /** Chooses a host for what belongs nowhere; as {@link #pick(Endpoint[], int, int, long)}. */
  public @Nullable Endpoint pick(Endpoint[] tried, int triedCount, int attempts) {
    return pick(tried, triedCount, attempts, ThreadLocalRandom.current().nextLong());
  }

  /**
   * Chooses a host by today's hosts and health.
   *
   * @param tried hosts that the request failed on, the first {@code triedCount} entries
   * @param attempts how often the policy is asked for a host that was not tried
   * @param key of the request, for policies that hash; random when it has none
   * @return null when no host is available
   */
  @SuppressWarnings("ReferenceEquality") // states are swapped whole, identity tells a swap
  public @Nullable Endpoint pick(Endpoint[] tried, int triedCount, int attempts, long key) {
    ClusterState now = cluster.state();
    if (now != seen) {
      if (now.balancing() != seen.balancing()) {
        picker = newPicker(cluster, now, random);
      }
      seen = now;
    }
    return picker.pick(tried, triedCount, attempts, key);
  }

  /**
   * Gives the request a connection to the endpoint: now, later, or not at all; it is told in every
   * case.
   */
  public void acquire(Endpoint endpoint, PoolRequest request) {
    CircuitBreaker breaker = request.breaker();
    Connector.ServerName serverName = request.serverName();
    Connector.Preface preface = request.preface();
    if (serverName != null || preface != null) {
      named
          .computeIfAbsent(
              new NamedPool(endpoint, breaker.isHighPriority(), serverName, preface),
              key -> made(new ConnectionPool(this, endpoint, breaker, serverName, preface)))
          .acquire(request);
      return;
    }
    Map<Endpoint, ConnectionPool> pools = breaker.isHighPriority() ? high : normal;
    ConnectionPool pool = pools.get(endpoint);
    if (pool == null) {
      pool = made(new ConnectionPool(this, endpoint, breaker));
      pools.put(endpoint, pool);
    }
    pool.acquire(request);
  }

  /** A host that was picked before it left: the connection goes when the request has ended. */
  private static ConnectionPool made(ConnectionPool pool) {
    if (pool.endpoint().removed()) {
      pool.drainWhenUnused();
    }
    return pool;
  }

  private record NamedPool(
      Endpoint endpoint,
      boolean highPriority,
      Connector.@Nullable ServerName serverName,
      Connector.@Nullable Preface preface) {}

  private List<ConnectionPool> pools() {
    List<ConnectionPool> all = new ArrayList<>(normal.values());
    all.addAll(high.values());
    all.addAll(named.values());
    return all;
  }

  /** Lets the pools of hosts that have left run dry. */
  void drainRemoved() {
    for (ConnectionPool pool : pools()) {
      if (pool.endpoint().removed()) {
        pool.drain();
      }
    }
  }

  /** Lets the connections of hosts that drain end with their requests. */
  void retireDraining() {
    for (Host host : cluster.hosts().hosts()) {
      if (host.draining()) {
        retire(normal.get(host.endpoint()));
        retire(high.get(host.endpoint()));
        for (ConnectionPool pool : new ArrayList<>(named.values())) {
          if (pool.endpoint().equals(host.endpoint())) {
            retire(pool); // it may take itself out of the map
          }
        }
      }
    }
  }

  private static void retire(@Nullable ConnectionPool pool) {
    if (pool != null) {
      pool.retireAll();
    }
  }

  /** New protocol options: other timeouts, perhaps another protocol. */
  void httpChanged(boolean connectionsStillServe) {
    for (ConnectionPool pool : pools()) {
      if (connectionsStillServe) {
        pool.timeoutsChanged();
      } else {
        pool.retireAll();
      }
    }
  }

  /** Lets all pools run dry; requests in flight finish. */
  void drainAll() {
    pools().forEach(ConnectionPool::drain);
  }

  /** Connections of this loop to the endpoint. */
  public int connections(Endpoint endpoint) {
    int open = connections(normal.get(endpoint)) + connections(high.get(endpoint));
    for (Map.Entry<NamedPool, ConnectionPool> entry : named.entrySet()) {
      if (entry.getKey().endpoint().equals(endpoint)) {
        open += connections(entry.getValue());
      }
    }
    return open;
  }

  private static int connections(@Nullable ConnectionPool pool) {
    return pool == null ? 0 : pool.connections();
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public Connector connector() {
    return cluster.state().connector();
  }

  @Override
  public Connector.Options options() {
    return cluster.state().connecting();
  }

  @Override
  public Connector.@Nullable ServerName serverName(Endpoint endpoint) {
    ClientTlsSlot tls = options().tls();
    if (tls == null) {
      return null;
    }
    UpstreamTls config = tls.config();
    String hostname = config.autoHostSni() ? hostname(endpoint) : "";
    String name = hostname.isEmpty() ? config.sni() : hostname;
    return name.isEmpty() ? null : new Connector.ServerName(name, config.autoSniSanValidation());
  }

  private String hostname(Endpoint endpoint) {
    for (Host host : cluster.hosts().hosts()) {
      if (host.endpoint().equals(endpoint)) {
        return host.configured().hostname();
      }
    }
    return "";
  }

  @Override
  public PoolEvents events() {
    return events;
  }

  @Override
  public void onEmpty(ConnectionPool pool) {
    normal.remove(pool.endpoint(), pool);
    high.remove(pool.endpoint(), pool);
    named.remove(
        new NamedPool(pool.endpoint(), pool.isHighPriority(), pool.serverName(), pool.preface()),
        pool);
  }
}
