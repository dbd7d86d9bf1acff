package io.headgate.dataplane.runtime;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All config in force, and the order of the start.
 *
 * <p>Start: the bootstrap's clusters warm; then the control plane's clusters come and warm; then
 * listeners and routes; then the sockets open. Each phase ends when everything in it is there, was
 * refused, or was waited for long enough.
 *
 * <p>Thread: the config thread; {@link #clusters()} and {@link #phase()} may be read by any.
 */
public final class ConfigRuntime {
  private static final Logger log = LoggerFactory.getLogger(ConfigRuntime.class);

  private final Clusters clusters;
  private final RouteTables routes;
  private final Listeners listeners;
  private final Secrets secrets;
  private final Subscriptions subscriptions;
  private final Observer observer;
  private DynamicResources dynamic = DynamicResources.NONE;
  private boolean clustersSettled;
  private boolean listenersSettled;
  private boolean advancing;
  private volatile Phase phase = Phase.FIXED_CLUSTERS;

  /** What is built from values. */
  public record Factories(
      Function<io.headgate.xds.model.Cluster, Cluster> cluster,
      Function<RouteConfiguration, RouteTable> routeTable,
      LiveListener.Factory listener,
      Secrets secrets) {
    /** Factories of things whose TLS holds all of its own secrets. */
    public Factories(
        Function<io.headgate.xds.model.Cluster, Cluster> cluster,
        Function<RouteConfiguration, RouteTable> routeTable,
        LiveListener.Factory listener) {
      this(cluster, routeTable, listener, new Secrets());
    }
  }

  /** Told of changes, on the config thread. */
  public interface Observer {
    /** What serves or warms has changed. */
    void changed();

    /** A phase of the start began; LIVE is the last. */
    void entered(Phase phase);

    /** Listeners of the bootstrap could not be opened: name to reason. */
    void bindFailed(Map<String, String> problems);
  }

  public ConfigRuntime(
      Factories factories, ConfigTimers timers, Subscriptions subscriptions, Observer observer) {
    this.subscriptions = subscriptions;
    this.observer = observer;
    secrets = factories.secrets();
    clusters = new Clusters(factories.cluster(), timers, subscriptions, secrets);
    routes = new RouteTables(factories.routeTable(), clusters, timers);
    listeners = new Listeners(factories.listener(), routes, secrets, timers, subscriptions);
    clusters.join(this::references, this::clustersWarmed);
    routes.onServing(listeners::routeServing);
    listeners.onSettled(this::listenersMoved);
    secrets.join(subscriptions, this::secretsChanged);
  }

  /**
   * Builds all that the bootstrap holds; nothing is opened, and nobody is asked for anything. To be
   * called once, before {@link #start}; a runtime that is not started is closed all the same.
   *
   * @throws IllegalArgumentException when something can not be built
   */
  public void build(Bootstrap bootstrap) {
    dynamic = bootstrap.dynamicResources();
    loadSecrets(bootstrap);
    clusters.buildFixed(bootstrap.clusters());
    listeners.buildFixed(bootstrap.listeners());
  }

  /** Begins with what was built; to be called once. */
  public void start() {
    clustersSettled = dynamic.cdsFetchTimeout() == null;
    listenersSettled = dynamic.ldsFetchTimeout() == null;
    observer.entered(phase);
    clusters.begin();
    listeners.begin();
    wantSecrets();
    advance();
  }

  /** Reads what the bootstrap's own contexts are made of: nothing serves yet that could wait. */
  private void loadSecrets(Bootstrap bootstrap) {
    secrets.use(bootstrap);
    for (io.headgate.xds.model.Cluster cluster : bootstrap.clusters()) {
      secrets.loadNow(TlsReferences.of(cluster));
    }
    for (Listener listener : bootstrap.listeners()) {
      secrets.loadNow(TlsReferences.of(listener));
    }
  }

  private void wantSecrets() {
    Set<SecretRef> refs = new HashSet<>();
    clusters.secrets(refs);
    listeners.secrets(refs);
    secrets.want(refs);
  }

  private void listenersMoved() {
    wantSecrets();
    advance();
  }

  /** What waited for secrets may be in force now; then what it replaced needs its own no longer. */
  private void secretsChanged() {
    clusters.secretsChanged();
    listeners.secretsChanged();
    wantSecrets();
    advance();
  }

  /** Finds clusters for requests. */
  public ClusterLookup clusters() {
    return clusters;
  }

  /** All live clusters, for the admin interface. */
  public Collection<Cluster> liveClusters() {
    return clusters.live();
  }

  /** How far the start has come. */
  public Phase phase() {
    return phase;
  }

  /** Clusters that are new, changed or gone; returns name to reason of what is refused. */
  public Map<String, String> updateClusters(
      List<Versioned<io.headgate.xds.model.Cluster>> changed, Collection<String> removed) {
    Map<String, String> refused = clusters.apply(changed, removed);
    wantSecrets();
    advance();
    return refused;
  }

  /** Endpoints that are new or changed. A name that is gone keeps the hosts it had. */
  public void updateEndpoints(List<Versioned<ClusterLoadAssignment>> changed) {
    clusters.endpoints(changed);
    advance();
  }

  /** Listeners that are new, changed or gone; returns name to reason of what is refused. */
  public Map<String, String> updateListeners(
      List<Versioned<Listener>> changed, Collection<String> removed) {
    return listeners.apply(changed, removed);
  }

  /** Route tables that are new, changed or gone; returns name to reason of what is refused. */
  public Map<String, String> updateRoutes(
      List<Versioned<RouteConfiguration>> changed, Collection<String> removed) {
    Map<String, String> refused = routes.apply(changed, removed);
    advance();
    return refused;
  }

  /** Secrets that are new or changed; returns name to reason of what is refused. */
  public Map<String, String> updateSecrets(List<Versioned<Secret>> changed) {
    return secrets.apply(changed);
  }

  /** The same for secrets that a service of their own sends. */
  public Map<String, String> updateSecrets(SecretService service, List<Versioned<Secret>> changed) {
    return secrets.apply(service, changed);
  }

  /** Gives new keys to tickets whose keys have grown old; to be called every now and then. */
  public void rotateTicketKeys() {
    listeners.secretsChanged();
  }

  /** The wait for a secret of this name is over. */
  public void secretsSettled(String name) {
    secrets.settled(name);
  }

  /** The wait for a secret of a service is over. */
  public void secretsSettled(SecretService service, String name) {
    secrets.settled(service, name);
  }

  /** The wait for all clusters is over. */
  public void clustersSettled() {
    clustersSettled = true;
    advance();
  }

  /** The wait for all listeners is over. */
  public void listenersSettled() {
    listenersSettled = true;
    advance();
  }

  /** The wait for endpoints of this name is over. */
  public void endpointsSettled(String name) {
    clusters.settledEndpoints(name);
    advance();
  }

  /** The wait for a route table of this name is over. */
  public void routesSettled(String name) {
    routes.settled(name);
    advance();
  }

  /** Stops accepting connections; requests in flight go on. */
  public void closeListeners() {
    listeners.close();
  }

  /** Ends the upstream side as well; to be called when requests have finished. */
  public void close() {
    listeners.close();
    for (Cluster cluster : new ArrayList<>(clusters.live())) {
      cluster.close();
    }
  }

  /** All resources, those of the bootstrap among them, for the admin interface. */
  public List<HeldResource> held() {
    List<HeldResource> held = new ArrayList<>();
    clusters.held(held);
    listeners.held(held);
    routes.held(held);
    secrets.held(held);
    return held;
  }

  public List<ServingState> clusterStates() {
    return clusters.states();
  }

  public List<ServingState> endpointStates() {
    return clusters.endpointStates();
  }

  public List<ServingState> listenerStates() {
    return listeners.states();
  }

  public List<ServingState> routeStates() {
    return routes.states();
  }

  public List<ServingState> secretStates() {
    return secrets.states();
  }

  private boolean references(String cluster) {
    return routes.references(cluster) || listeners.references(cluster);
  }

  private void clustersWarmed() {
    routes.clustersWarmed();
  }

  /** Goes through the phases as far as it can. */
  private void advance() {
    if (advancing) {
      return;
    }
    advancing = true;
    try {
      while (step()) {
        log.atInfo().addKeyValue("phase", phase).log("start");
        observer.entered(phase);
      }
    } finally {
      advancing = false;
    }
    observer.changed();
  }

  private boolean step() {
    return switch (phase) {
      case FIXED_CLUSTERS -> {
        if (!clusters.warming().isEmpty()) {
          yield false;
        }
        phase = Phase.CLUSTERS;
        if (dynamic.cdsFetchTimeout() != null) {
          subscriptions.clusters(dynamic.cdsFetchTimeout());
        }
        yield true;
      }
      case CLUSTERS -> {
        if (!clustersSettled || !clusters.warming().isEmpty()) {
          yield false;
        }
        phase = Phase.LISTENERS;
        if (dynamic.ldsFetchTimeout() != null) {
          subscriptions.listeners(dynamic.ldsFetchTimeout());
        }
        yield true;
      }
      case LISTENERS -> {
        if (!listenersSettled || !listeners.allWarm()) {
          yield false;
        }
        listeners.openAll();
        if (!listeners.allBound()) {
          yield false;
        }
        Map<String, String> problems = listeners.fixedProblems();
        if (!problems.isEmpty()) {
          observer.bindFailed(problems);
        }
        phase = Phase.LIVE;
        yield true;
      }
      case LIVE -> false;
    };
  }
}
