package io.headgate.dataplane.runtime;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterLookup;
import io.headgate.dataplane.current.Current;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.tls.SecretRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live clusters by name.
 *
 * <p>A cluster's live object is kept over its updates, and so are its pools. A new one is found by
 * requests once it is warm. One that is removed while routes in force name it stays until they are
 * swapped, for {@link #LEAVING_MAX} at most.
 *
 * <p>Thread: the config thread; {@link #find} any.
 */
final class Clusters implements ClusterLookup {
  private static final Logger log = LoggerFactory.getLogger(Clusters.class);

  /** How long a removed cluster waits for the routes that name it: 15 s. */
  static final Duration LEAVING_MAX = Duration.ofSeconds(15);

  private static final String NAME_TAKEN = "a cluster of the bootstrap has this name";

  private final Function<io.headgate.xds.model.Cluster, Cluster> factory;
  private final ConfigTimers timers;
  private final Subscriptions subscriptions;
  private final Secrets secrets;
  private final Map<String, Entry> entries = new TreeMap<>();

  /** Clusters of the bootstrap that no request can use. */
  private final Map<String, Versioned<io.headgate.xds.model.Cluster>> streamsOnly = new TreeMap<>();

  private final Map<String, Versioned<ClusterLoadAssignment>> assignments = new TreeMap<>();
  private final Set<String> settled = new HashSet<>();
  private final Current<Map<String, Cluster>> warm = new Current<>(Map.of());
  private Map<String, Duration> asked = Map.of();
  private Predicate<String> referenced = name -> false;
  private Runnable onWarm = () -> {};

  /** A cluster with its value in force and the names of its versions. */
  private static final class Entry {
    final Cluster live;
    final boolean fixed;
    Versioned<io.headgate.xds.model.Cluster> value;
    String servingVersion = "";
    @Nullable Runnable leaving;

    /** A newer value whose secrets are not there. */
    @Nullable Versioned<io.headgate.xds.model.Cluster> waiting;

    /** Whether its secrets were there once: it stays warm whatever becomes of them. */
    boolean secured;

    Entry(Cluster live, boolean fixed, Versioned<io.headgate.xds.model.Cluster> value) {
      this.live = live;
      this.fixed = fixed;
      this.value = value;
    }
  }

  Clusters(
      Function<io.headgate.xds.model.Cluster, Cluster> factory,
      ConfigTimers timers,
      Subscriptions subscriptions,
      Secrets secrets) {
    this.factory = factory;
    this.timers = timers;
    this.subscriptions = subscriptions;
    this.secrets = secrets;
  }

  /**
   * Joins the route tables; to be called once, before any update.
   *
   * @param names whether routes in force or held name a cluster
   * @param warmed told when the set of warm clusters changed
   */
  void join(Predicate<String> names, Runnable warmed) {
    referenced = names;
    onWarm = warmed;
  }

  @Override
  public @Nullable Cluster find(String name) {
    return warm.get().get(name);
  }

  /** All live clusters, also those that warm or leave. */
  Collection<Cluster> live() {
    return entries.values().stream().map(entry -> entry.live).toList();
  }

  /**
   * Builds the clusters of the bootstrap, which no update replaces; {@link #begin} comes later.
   *
   * @throws IllegalArgumentException when one can not be built
   */
  void buildFixed(List<io.headgate.xds.model.Cluster> clusters) {
    for (io.headgate.xds.model.Cluster cluster : clusters) {
      Versioned<io.headgate.xds.model.Cluster> value = new Versioned<>(cluster.name(), "", cluster);
      if (cluster.endpoints() instanceof EndpointSource.UnixSockets) {
        streamsOnly.put(cluster.name(), value);
      } else {
        entries.put(cluster.name(), new Entry(factory.apply(cluster), true, value));
      }
    }
  }

  /** Those that were built begin to warm; to be called once. */
  void begin() {
    refresh();
  }

  /** Applies an update; returns name to reason of what is refused. */
  Map<String, String> apply(
      List<Versioned<io.headgate.xds.model.Cluster>> changed, Collection<String> removed) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (Versioned<io.headgate.xds.model.Cluster> next : changed) {
      Entry entry = entries.get(next.name());
      if (streamsOnly.containsKey(next.name())) {
        refused.put(next.name(), NAME_TAKEN);
      } else if (entry == null) {
        try {
          entries.put(next.name(), new Entry(factory.apply(next.value()), false, next));
        } catch (IllegalArgumentException e) {
          refused.put(next.name(), String.valueOf(e.getMessage()));
        }
      } else if (entry.fixed) {
        refused.put(next.name(), NAME_TAKEN);
      } else {
        stay(entry);
        try {
          TlsReferences.of(next.value()).forEach(secrets::find);
          entry.waiting = next;
          refused.putAll(takeWaiting(entry));
        } catch (IllegalArgumentException e) {
          refused.put(next.name(), String.valueOf(e.getMessage()));
        }
      }
    }
    for (String name : removed) {
      Entry entry = entries.get(name);
      if (entry != null && !entry.fixed) {
        leave(entry);
      }
    }
    refresh();
    return refused;
  }

  /**
   * Puts a newer value in force when its secrets are there; returns why it is refused. One that
   * ends clear text waits for nothing: nobody finds the cluster until its secrets are there.
   */
  private Map<String, String> takeWaiting(Entry entry) {
    Versioned<io.headgate.xds.model.Cluster> next = entry.waiting;
    if (next == null) {
      return Map.of();
    }
    boolean complete = missingSecrets(next.value()).isEmpty();
    if (entry.secured && !complete && entry.value.value().options().tls() != null) {
      return Map.of();
    }
    entry.waiting = null;
    try {
      entry.live.update(next.value());
      entry.value = next;
      entry.secured = complete;
      return Map.of();
    } catch (IllegalArgumentException e) {
      return Map.of(next.name(), String.valueOf(e.getMessage()));
    }
  }

  private List<String> missingSecrets(io.headgate.xds.model.Cluster cluster) {
    return TlsReferences.of(cluster).stream()
        .map(secrets::missing)
        .filter(why -> !why.isEmpty())
        .toList();
  }

  /** Adds the secrets that clusters are made of. */
  void secrets(Set<SecretRef> into) {
    for (Entry entry : entries.values()) {
      into.addAll(TlsReferences.of(entry.value.value()));
      if (entry.waiting != null) {
        into.addAll(TlsReferences.of(entry.waiting.value()));
      }
    }
  }

  /** Secrets came or changed: contexts take them, and clusters that waited become warm. */
  void secretsChanged() {
    for (Entry entry : entries.values()) {
      takeWaiting(entry)
          .forEach((name, reason) ->
              log.atWarn()
                  .addKeyValue("cluster", name)
                  .addKeyValue("reason", reason)
                  .log("a cluster can not be used with its secrets, the one before stays"));
      String problem = entry.live.refreshSecrets();
      if (!problem.isEmpty()) {
        log.atWarn()
            .addKeyValue("cluster", entry.value.name())
            .addKeyValue("reason", problem)
            .log("new secrets can not be used, the ones before stay");
      }
    }
    refresh();
  }

  /** Applies endpoints; they reach the host sets and nothing else. */
  void endpoints(List<Versioned<ClusterLoadAssignment>> changed) {
    Map<String, ClusterLoadAssignment> newer = new HashMap<>();
    boolean first = false;
    for (Versioned<ClusterLoadAssignment> next : changed) {
      first |= assignments.put(next.name(), next) == null;
      newer.put(next.name(), next.value());
    }
    if (first) {
      refresh();
      return;
    }
    // Only host sets move: what is asked for and what is warm stays, however many clusters there
    // are.
    for (Entry entry : entries.values()) {
      ClusterLoadAssignment next = newer.get(entry.live.config().endpointsName());
      if (next != null && waitsForEndpoints(entry)) {
        entry.live.endpoints(next);
      }
    }
  }

  /** The wait for endpoints of this name is over: clusters that wait for them serve without. */
  void settledEndpoints(String name) {
    settled.add(name);
    refresh();
  }

  /** Routes were swapped: what they alone kept goes. */
  void routesSwapped() {
    boolean gone = false;
    for (Entry entry : new ArrayList<>(entries.values())) {
      if (entry.leaving != null && !referenced.test(entry.value.name())) {
        drop(entry);
        gone = true;
      }
    }
    if (gone) {
      refresh();
    }
  }

  /** Whether requests find the cluster. */
  boolean isWarm(String name) {
    return warm.get().containsKey(name);
  }

  /** Whether there is such a cluster, warm or not. */
  boolean isKnown(String name) {
    return entries.containsKey(name);
  }

  /** Names of the clusters that nobody finds yet. */
  List<String> warming() {
    return entries.keySet().stream().filter(name -> !isWarm(name)).toList();
  }

  List<ServingState> states() {
    List<ServingState> states = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (!entry.fixed) {
        String version = entry.value.version();
        List<String> lacking =
            missingSecrets(entry.waiting == null ? entry.value.value() : entry.waiting.value());
        if (!lacking.isEmpty() && (!entry.secured || entry.waiting != null)) {
          states.add(
              new ServingState(
                  entry.value.name(),
                  entry.servingVersion,
                  entry.waiting == null ? version : entry.waiting.version(),
                  String.join("; ", lacking)));
          continue;
        }
        states.add(
            endpointsMissing(entry)
                ? new ServingState(
                    entry.value.name(),
                    entry.servingVersion,
                    version,
                    "endpoints of cluster \"" + entry.value.name() + "\"")
                : ServingState.serving(entry.value.name(), version));
      }
    }
    return states;
  }

  void held(List<HeldResource> into) {
    streamsOnly
        .values()
        .forEach(value -> into.add(HeldResource.of(HeldResource.Stage.FIXED, value)));
    for (Entry entry : entries.values()) {
      HeldResource.Stage stage =
          entry.fixed
              ? HeldResource.Stage.FIXED
              : endpointsMissing(entry) ? HeldResource.Stage.WARMING : HeldResource.Stage.SERVING;
      into.add(HeldResource.of(stage, entry.value));
    }
    for (Versioned<ClusterLoadAssignment> assignment : assignments.values()) {
      into.add(HeldResource.of(HeldResource.Stage.SERVING, assignment));
    }
  }

  List<ServingState> endpointStates() {
    return assignments.values().stream()
        .map(assignment -> ServingState.serving(assignment.name(), assignment.version()))
        .toList();
  }

  private static boolean waitsForEndpoints(Entry entry) {
    return entry.live.config().endpoints() instanceof EndpointSource.Eds;
  }

  private boolean endpointsMissing(Entry entry) {
    String name = entry.live.config().endpointsName();
    return waitsForEndpoints(entry) && !assignments.containsKey(name) && !settled.contains(name);
  }

  private void stay(Entry entry) {
    if (entry.leaving != null) {
      entry.leaving.run();
      entry.leaving = null;
    }
  }

  private void leave(Entry entry) {
    if (!referenced.test(entry.value.name())) {
      drop(entry);
    } else if (entry.leaving == null) {
      entry.leaving =
          timers.schedule(
              LEAVING_MAX,
              () -> {
                drop(entry);
                refresh();
              });
    }
  }

  private void drop(Entry entry) {
    stay(entry);
    entries.remove(entry.value.name());
    publish();
    entry.live.close();
  }

  /**
   * After any change: known endpoints are used, names are asked for, and warm ones are published.
   */
  private void refresh() {
    Map<String, Duration> wanted = new TreeMap<>();
    for (Entry entry : entries.values()) {
      if (entry.live.config().endpoints() instanceof EndpointSource.Eds(_, Duration timeout)) {
        wanted.put(entry.live.config().endpointsName(), timeout);
      }
    }
    assignments.keySet().retainAll(wanted.keySet());
    settled.retainAll(wanted.keySet());
    for (Entry entry : entries.values()) {
      if (waitsForEndpoints(entry)) {
        String name = entry.live.config().endpointsName();
        Versioned<ClusterLoadAssignment> known = assignments.get(name);
        if (known != null) {
          entry.live.endpoints(known.value());
        } else if (settled.contains(name)) {
          entry.live.stopWaiting();
        }
      }
      if (!endpointsMissing(entry)) {
        entry.servingVersion = entry.value.version();
      }
    }
    if (!wanted.equals(asked)) {
      asked = wanted;
      subscriptions.endpoints(wanted);
    }
    if (publish()) {
      onWarm.run();
    }
  }

  private boolean publish() {
    Map<String, Cluster> next = new HashMap<>();
    entries.forEach((name, entry) -> {
      entry.secured |= missingSecrets(entry.value.value()).isEmpty();
      if (entry.live.isWarm() && entry.secured) {
        next.put(name, entry.live);
      }
    });
    if (next.equals(warm.get())) {
      return false;
    }
    warm.set(Map.copyOf(next));
    return true;
  }
}
