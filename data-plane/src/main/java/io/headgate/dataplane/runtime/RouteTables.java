package io.headgate.dataplane.runtime;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.header.HeaderMutations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The route tables that come by discovery, by name.
 *
 * <p>A new table is compiled at once and held until the clusters it names are warm, for {@link
 * #HOLD_MAX} at most; the one before it serves on. It does not wait for clusters that the table in
 * force names already, nor for those that it says are not there; a first table not for any that
 * nobody knows. A newer table that replaces one which is held has what is left of its time, so that
 * no row of updates is held back for longer.
 *
 * <p>Thread: the config thread.
 */
final class RouteTables {
  /** How long a new table waits for its clusters: 5 s. */
  static final Duration HOLD_MAX = Duration.ofSeconds(5);

  private final Function<RouteConfiguration, RouteTable> compiler;
  private final Clusters clusters;
  private final ConfigTimers timers;
  private final Map<String, Entry> entries = new TreeMap<>();
  private Consumer<String> onServing = name -> {};

  /** A table in force, and one that is held. Before the first is in force it takes no request. */
  private static final class Entry {
    final String name;
    final Current<RouteTable> table;

    /** What the table in force names. */
    Set<String> named = Set.of();

    @Nullable Versioned<RouteConfiguration> inForce;
    @Nullable Held held;

    Entry(String name, RouteTable nothing) {
      this.name = name;
      this.table = new Current<>(nothing);
    }
  }

  /**
   * A table that waits.
   *
   * @param clusters what it waits for
   */
  private record Held(
      Versioned<RouteConfiguration> value,
      RouteTable table,
      Set<String> clusters,
      Runnable cancelTimer) {}

  RouteTables(
      Function<RouteConfiguration, RouteTable> compiler, Clusters clusters, ConfigTimers timers) {
    this.compiler = compiler;
    this.clusters = clusters;
    this.timers = timers;
  }

  /** To be called once: told when a table of this name serves for the first time or anew. */
  void onServing(Consumer<String> listener) {
    onServing = listener;
  }

  /** Applies an update; returns name to reason of what is refused. */
  Map<String, String> apply(
      List<Versioned<RouteConfiguration>> changed, Collection<String> removed) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (Versioned<RouteConfiguration> next : changed) {
      try {
        take(entry(next.name()), next);
      } catch (IllegalArgumentException e) {
        refused.put(next.name(), String.valueOf(e.getMessage()));
      }
    }
    // A table that was removed serves on until no listener wants it: see keepOnly.
    for (String name : removed) {
      Entry entry = entries.get(name);
      if (entry != null) {
        dropHeld(entry);
      }
    }
    clusters.routesSwapped();
    return refused;
  }

  /** Forgets tables that no listener uses. */
  void keepOnly(Set<String> names) {
    for (Entry entry : new ArrayList<>(entries.values())) {
      if (!names.contains(entry.name)) {
        dropHeld(entry);
        entries.remove(entry.name);
      }
    }
    clusters.routesSwapped();
  }

  /** Whether a table of this name serves. */
  boolean serves(String name) {
    Entry entry = entries.get(name);
    return entry != null && entry.inForce != null;
  }

  /** Where the table in force is read from, now and when there is one. */
  Current<RouteTable> table(String name) {
    return entry(name).table;
  }

  private Entry entry(String name) {
    return entries.computeIfAbsent(name, key -> new Entry(key, compiler.apply(empty(key))));
  }

  /** The wait for a table of this name is over: without one, an empty one serves. */
  void settled(String name) {
    Entry entry = entry(name);
    if (entry.inForce == null && entry.held == null) {
      RouteConfiguration empty = empty(name);
      serve(entry, new Versioned<>(name, "", empty), compiler.apply(empty));
    }
  }

  private static RouteConfiguration empty(String name) {
    return new RouteConfiguration(
        name,
        List.of(),
        HeaderMutations.NONE,
        Map.of(),
        false,
        false,
        RouteConfiguration.DEFAULT_MAX_DIRECT_RESPONSE_BYTES);
  }

  /** Whether a table in force or held names the cluster. */
  boolean references(String cluster) {
    for (Entry entry : entries.values()) {
      if (entry.held != null
          && RouteReferences.clusters(entry.held.value().value()).contains(cluster)) {
        return true;
      }
      if (entry.named.contains(cluster)) {
        return true;
      }
    }
    return false;
  }

  /** The set of warm clusters changed: tables that waited for them may serve. */
  void clustersWarmed() {
    for (Entry entry : new ArrayList<>(entries.values())) {
      Held held = entry.held;
      if (held != null && missing(entry, held.clusters()).isEmpty()) {
        serve(entry, held.value(), held.table());
      }
    }
  }

  void held(List<HeldResource> into) {
    for (Entry entry : entries.values()) {
      if (entry.inForce != null) {
        into.add(HeldResource.of(HeldResource.Stage.SERVING, entry.inForce));
      }
      if (entry.held != null) {
        into.add(HeldResource.of(HeldResource.Stage.WARMING, entry.held.value()));
      }
    }
  }

  List<ServingState> states() {
    List<ServingState> states = new ArrayList<>();
    for (Entry entry : entries.values()) {
      String serving = entry.inForce == null ? "" : entry.inForce.version();
      Held held = entry.held;
      if (held == null && entry.inForce == null) {
        continue;
      }
      states.add(
          held == null
              ? ServingState.serving(entry.name, serving)
              : new ServingState(
                  entry.name,
                  serving,
                  held.value().version(),
                  "clusters " + missing(entry, held.clusters())));
    }
    return states;
  }

  private void take(Entry entry, Versioned<RouteConfiguration> next) {
    if (entry.inForce != null && entry.inForce.value().equals(next.value())) {
      dropHeld(entry);
      entry.inForce = next;
      return;
    }
    RouteTable table = compiler.apply(next.value());
    Set<String> names = RouteReferences.awaited(next.value());
    if (missing(entry, names).isEmpty()) {
      serve(entry, next, table);
    } else {
      Held before = entry.held;
      Runnable cancel =
          before == null
              ? timers.schedule(HOLD_MAX, () -> serveHeld(entry))
              : before.cancelTimer(); // runs on
      entry.held = new Held(next, table, names, cancel);
    }
  }

  private void serveHeld(Entry entry) {
    Held held = entry.held;
    if (held != null) {
      serve(entry, held.value(), held.table());
    }
  }

  private Set<String> missing(Entry entry, Set<String> names) {
    Set<String> missing = new TreeSet<>();
    for (String name : names) {
      boolean worthWaiting =
          entry.inForce == null ? clusters.isKnown(name) : !entry.named.contains(name);
      if (!clusters.isWarm(name) && worthWaiting) {
        missing.add(name);
      }
    }
    return missing;
  }

  private void serve(Entry entry, Versioned<RouteConfiguration> value, RouteTable table) {
    dropHeld(entry);
    entry.inForce = value;
    entry.named = RouteReferences.clusters(value.value());
    entry.table.set(table);
    clusters.routesSwapped();
    onServing.accept(entry.name);
  }

  private static void dropHeld(Entry entry) {
    Held held = entry.held;
    if (held != null) {
      held.cancelTimer().run();
      entry.held = null;
    }
  }
}
