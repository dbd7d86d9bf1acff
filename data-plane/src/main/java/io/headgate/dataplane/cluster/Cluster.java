package io.headgate.dataplane.cluster;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostDescription;
import io.headgate.dataplane.endpoint.HostSet;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.lb.HealthEpoch;
import io.headgate.dataplane.lb.LbSettings;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.tls.ClientTls;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The live object of a cluster, kept over config and endpoint updates.
 *
 * <pre>
 *   warming --endpoints, or {@link #stopWaiting}--> warm --{@link #close}--> draining
 * </pre>
 *
 * <p>A config update swaps balancing, limits, timeouts and outlier rules under living pools; an
 * endpoint update swaps the host set. Hosts that stay keep their connections, counters and health,
 * hosts that leave drain: requests in flight finish.
 *
 * <p>Thread: {@code update}, {@code endpoints}, {@code stopWaiting} and {@code close} by one thread
 * at a time; everything else any.
 */
public final class Cluster implements AutoCloseable {

  private final String name;
  private final ClusterServices services;
  private final ClusterMeters meters;
  private final Current<ClusterState> state;
  private final Current<HostSet> hosts = new Current<>(HostSet.EMPTY);
  private final HealthEpoch epoch = new HealthEpoch();
  private final CircuitBreaker normal;
  private final CircuitBreaker high;
  private final BreakerGauges breakerGauges;
  private final LoopCluster[] loops;
  // By address:port; touched by the config thread only.
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private @Nullable ClusterLoadAssignment assignment;
  private @Nullable ScheduledFuture<?> ticker;
  private volatile boolean warm;

  // What gauges read; fields, so that the end of this cluster takes no gauge from a later one.
  private final LongSupplier total = () -> hosts().size();
  private final LongSupplier healthy = this::countHealthy;
  private final LongSupplier ejected = this::countEjected;

  private Cluster(io.headgate.xds.model.Cluster config, ClusterServices services) {
    this.name = config.name();
    this.services = services;
    meters = new ClusterMeters(services.meters().cluster(name));
    normal = new CircuitBreaker(config.circuitBreakers().normal(), false);
    high = new CircuitBreaker(config.circuitBreakers().high(), true);
    breakerGauges = new BreakerGauges(services.meters().cluster(name), normal, high);
    state = new Current<>(stateOf(config, null));
    loops = new LoopCluster[services.loops().size()];
  }

  /**
   * Makes the live object of a config. A cluster with its own endpoints is warm at once.
   *
   * @throws IllegalArgumentException when an endpoint's address is no IP address; decoding has
   *     refused it before
   */
  public static Cluster create(io.headgate.xds.model.Cluster config, ClusterServices services) {
    Cluster cluster = new Cluster(config, services);
    for (int i = 0; i < cluster.loops.length; i++) {
      cluster.loops[i] =
          new LoopCluster(cluster, services.loops().get(i), services.randoms().get());
    }
    cluster.startTicker();
    cluster.meters.membershipTotal.follow(cluster.total);
    cluster.meters.membershipHealthy.follow(cluster.healthy);
    cluster.meters.ejectionsActive.follow(cluster.ejected);
    if (config.endpoints() instanceof EndpointSource.Static own) {
      cluster.endpoints(own.assignment());
    }
    return cluster;
  }

  /** Puts a new config of the same name in force; an equal one changes nothing. */
  public void update(io.headgate.xds.model.Cluster config) {
    if (!config.name().equals(name)) {
      throw new IllegalArgumentException("cluster " + name + " cannot become " + config.name());
    }
    ClusterState before = state.get();
    if (before.config().equals(config)) {
      return;
    }
    normal.limits(config.circuitBreakers().normal());
    high.limits(config.circuitBreakers().high());
    ClusterState next = stateOf(config, before);
    OutlierDetector old = before.outlier();
    state.set(next);
    boolean speaksLike = next.speaksLike(before);
    if (!next.http().equals(before.http()) || !speaksLike || !before.hasTlsOf(config)) {
      onLoops(loop -> loop.httpChanged(speaksLike));
    }
    if (next.outlier() != old) {
      if (old != null) {
        for (Host host : hosts.get().hosts()) {
          old.forget(host.endpoint());
        }
        epoch.changed();
      }
      startTicker();
    }
    if (config.endpoints() instanceof EndpointSource.Static own) {
      endpoints(own.assignment());
    }
  }

  private ClusterState stateOf(
      io.headgate.xds.model.Cluster config, @Nullable ClusterState before) {
    if (config.endpoints() instanceof EndpointSource.UnixSockets) {
      throw new IllegalArgumentException(
          "requests do not go to Unix sockets: only a cluster of the bootstrap, for streams of the"
              + " proxy itself, has such endpoints");
    }
    OutlierDetector outlier;
    if (config.outlierDetection() == null) {
      outlier = null;
    } else if (before != null
        && config.outlierDetection().equals(before.config().outlierDetection())) {
      outlier = before.outlier();
    } else {
      outlier =
          new OutlierDetector(
              ClusterState.outlier(config.outlierDetection()),
              hosts::get,
              epoch,
              services.nanoClock(),
              bound -> ThreadLocalRandom.current().nextLong(bound),
              _ -> meters.ejectionsEnforced.add());
    }
    LbSettings balancing =
        before != null && before.config().loadBalancing().equals(config.loadBalancing())
            ? before.balancing()
            : ClusterState.balancing(config.loadBalancing());
    return new ClusterState(
        config,
        balancing,
        services.connectors().of(config.options().http()),
        ClusterState.connecting(
            config, before, services.meters().cluster(name), services.secrets()),
        outlier);
  }

  /** Sweeps ejected hosts on the first loop; every loop sees what it does. */
  private void startTicker() {
    if (ticker != null) {
      ticker.cancel(false);
      ticker = null;
    }
    OutlierDetector outlier = state.get().outlier();
    if (outlier != null && loops.length > 0) {
      long every = outlier.intervalNanos();
      ticker =
          services
              .loops()
              .getFirst()
              .scheduleAtFixedRate(outlier::tick, every, every, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Puts a new host set in force; an equal one changes nothing. An empty one is a host set as well.
   */
  public void endpoints(ClusterLoadAssignment next) {
    if (next.equals(assignment)) {
      return;
    }
    List<Host> list = new ArrayList<>();
    Map<String, Endpoint> kept = new HashMap<>();
    for (LocalityEndpoints locality : next.localities()) {
      for (io.headgate.xds.model.endpoint.Endpoint endpoint : locality.endpoints()) {
        InetSocketAddress address = address(endpoint);
        Endpoint live = endpoints.get(key(address));
        if (live == null) {
          live = new Endpoint(address);
        }
        if (kept.putIfAbsent(key(address), live) == null) {
          list.add(host(live, endpoint, locality));
        }
      }
    }
    List<Endpoint> left = new ArrayList<>();
    endpoints.forEach((key, endpoint) -> {
      if (!kept.containsKey(key)) {
        left.add(endpoint);
      }
    });
    endpoints.clear();
    endpoints.putAll(kept);
    hosts.set(new HostSet(list));
    assignment = next;
    warm = true;
    drain(left);
    if (list.stream().anyMatch(Host::draining)) {
      onLoops(LoopCluster::retireDraining);
    }
  }

  private long countHealthy() {
    return hosts().hosts().stream()
        .filter(host -> host.healthy() && !host.endpoint().outlier().isEjected())
        .count();
  }

  private long countEjected() {
    OutlierDetector outlier = outlier();
    return outlier == null ? 0 : outlier.active();
  }

  private void drain(List<Endpoint> left) {
    if (left.isEmpty()) {
      return;
    }
    OutlierDetector outlier = state.get().outlier();
    for (Endpoint endpoint : left) {
      endpoint.remove();
      if (outlier != null) {
        outlier.forget(endpoint);
      }
    }
    onLoops(LoopCluster::drainRemoved);
  }

  private static String key(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static InetSocketAddress address(io.headgate.xds.model.endpoint.Endpoint endpoint) {
    return new InetSocketAddress(
        InetAddress.ofLiteral(endpoint.address().host()), endpoint.address().port());
  }

  private static Host host(
      Endpoint live, io.headgate.xds.model.endpoint.Endpoint endpoint, LocalityEndpoints locality) {
    live.hostname(endpoint.hostname());
    return new Host(
        live,
        (int) Math.min(endpoint.weight(), Integer.MAX_VALUE),
        locality.priority(),
        endpoint.health().usable(),
        new HostDescription(
            locality.locality().region(),
            locality.locality().zone(),
            locality.locality().subZone(),
            locality.weight(),
            endpoint.hostname(),
            endpoint.health().name()));
  }

  /**
   * Takes the newest secrets into force for the connections to come.
   *
   * @return what does not make sense, empty when all does: else the secrets before stay
   */
  public String refreshSecrets() {
    ClientTlsSlot tls = state.get().connecting().tls();
    try {
      if (tls != null && tls.refresh(services.secrets())) {
        tls.meters().updated();
      }
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The certificates in use, whose ends the meters show from now on. */
  public List<CertificateFacts> certificates() {
    ClientTlsSlot slot = state.get().connecting().tls();
    ClientTls tls = slot == null ? null : slot.current();
    if (slot == null || tls == null) {
      return List.of();
    }
    slot.meters().certificates(tls.facts());
    return tls.facts();
  }

  /** TLS towards the cluster; null for clear text. */
  public @Nullable ClientTlsSlot tls() {
    return state.get().connecting().tls();
  }

  /** Ends the wait for endpoints: the cluster is warm with the hosts it has, perhaps none. */
  public void stopWaiting() {
    warm = true;
  }

  /** Whether the cluster may be used: it has had endpoints, or nothing is waited for any more. */
  public boolean isWarm() {
    return warm;
  }

  /** What is waited for, for people; empty when warm. */
  public String warmingReason() {
    return warm ? "" : "endpoints of cluster \"" + name + "\" (" + config().endpointsName() + ")";
  }

  /** The cluster is gone from the config: pools drain, requests in flight finish. */
  @Override
  public void close() {
    if (ticker != null) {
      ticker.cancel(false);
      ticker = null;
    }
    meters.membershipTotal.unfollow(total);
    meters.membershipHealthy.unfollow(healthy);
    meters.ejectionsActive.unfollow(ejected);
    List<Endpoint> all = new ArrayList<>(endpoints.values());
    endpoints.clear();
    for (Endpoint endpoint : all) {
      endpoint.remove();
    }
    breakerGauges.close();
    onLoops(LoopCluster::drainAll);
  }

  private void onLoops(Consumer<LoopCluster> task) {
    for (LoopCluster loop : loops) {
      if (!loop.loop().isShuttingDown()) {
        loop.loop().execute(() -> task.accept(loop));
      }
    }
  }

  /** The loop's part of the cluster. */
  public LoopCluster onLoop(EventLoop loop) {
    for (LoopCluster part : loops) {
      if (Objects.equals(part.loop(), loop)) {
        return part;
      }
    }
    throw new IllegalStateException("the loop carries no traffic of this process: " + loop);
  }

  /** The config in force. */
  public io.headgate.xds.model.Cluster config() {
    return state.get().config();
  }

  /** The hosts in force. */
  public HostSet hosts() {
    return hosts.get();
  }

  /** The limits of a priority. */
  public CircuitBreaker breaker(boolean highPriority) {
    return highPriority ? high : normal;
  }

  /** Passive health, null when it is off. */
  public @Nullable OutlierDetector outlier() {
    return state.get().outlier();
  }

  /** What is counted of the cluster. */
  public ClusterMeters meters() {
    return meters;
  }

  /** The cluster's name. */
  public String name() {
    return name;
  }

  ClusterState state() {
    return state.get();
  }

  Current<HostSet> currentHosts() {
    return hosts;
  }

  HealthEpoch epoch() {
    return epoch;
  }

  ClusterServices services() {
    return services;
  }
}
