package io.headgate.dataplane.runtime;

import io.headgate.xds.model.Listener;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.value.ListenAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners by name.
 *
 * <p>A listener, or a new value of one, warms until the route tables that it names serve and its
 * secrets are there; the value before it serves until then. An equal value changes nothing; a new
 * one keeps the socket unless the address changed. No socket is opened before {@link #openAll}.
 *
 * <p>Thread: the config thread.
 */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  /** How long until a socket that could not be opened is tried again: 2 s. */
  static final Duration BIND_RETRY = Duration.ofSeconds(2);

  private final LiveListener.Factory factory;
  private final RouteTables routes;
  private final Secrets secrets;
  private final ConfigTimers timers;
  private final Subscriptions subscriptions;
  private final Map<String, Entry> entries = new TreeMap<>();
  private Map<String, Duration> asked = Map.of();
  private boolean open;
  private Runnable onSettled = () -> {};

  /** A listener: what serves, and what warms. */
  private static final class Entry {
    final String name;
    final boolean fixed;
    @Nullable Versioned<Listener> inForce;
    @Nullable LiveListener live;
    @Nullable Versioned<Listener> warming;

    /** The warming value, built; null while it is being opened or has to be built again. */
    LiveListener.@Nullable Prepared prepared;

    String problem = "";

    /** Why the newest secrets can not be used; empty when they are. */
    String tlsProblem = "";

    boolean binding;
    @Nullable Runnable retry;

    Entry(String name, boolean fixed) {
      this.name = name;
      this.fixed = fixed;
    }
  }

  Listeners(
      LiveListener.Factory factory,
      RouteTables routes,
      Secrets secrets,
      ConfigTimers timers,
      Subscriptions subscriptions) {
    this.factory = factory;
    this.routes = routes;
    this.secrets = secrets;
    this.timers = timers;
    this.subscriptions = subscriptions;
  }

  /** To be called once: told whenever a listener came into force, failed or went. */
  void onSettled(Runnable listener) {
    onSettled = listener;
  }

  /**
   * Builds the listeners of the bootstrap, which no update replaces; {@link #begin} comes later.
   *
   * @throws IllegalArgumentException when one can not be built
   */
  void buildFixed(List<Listener> listeners) {
    for (Listener listener : listeners) {
      Entry entry = new Entry(listener.name(), true);
      entry.prepared = prepare(listener);
      entry.warming = new Versioned<>(listener.name(), "", listener);
      entries.put(listener.name(), entry);
    }
  }

  /** Those that were built begin to warm; to be called once. */
  void begin() {
    askForRoutes();
  }

  /** Applies an update; returns name to reason of what is refused. */
  Map<String, String> apply(List<Versioned<Listener>> changed, Collection<String> removed) {
    for (String name : removed) {
      remove(name);
    }
    Map<String, String> refused = new LinkedHashMap<>();
    for (Versioned<Listener> next : changed) {
      try {
        take(next);
      } catch (IllegalArgumentException e) {
        refused.put(next.name(), String.valueOf(e.getMessage()));
      }
    }
    askForRoutes();
    if (!refused.isEmpty()) {
      routes.keepOnly(asked.keySet());
    }
    advanceAll();
    onSettled.run();
    return refused;
  }

  /** A route table serves: listeners that waited for it may come into force. */
  void routeServing(String table) {
    advanceAll();
    onSettled.run();
  }

  /** Adds the secrets that listeners in force, and those that warm, are made of. */
  void secrets(Set<SecretRef> into) {
    for (Entry entry : entries.values()) {
      if (entry.inForce != null) {
        into.addAll(TlsReferences.of(entry.inForce.value()));
      }
      if (entry.warming != null) {
        into.addAll(TlsReferences.of(entry.warming.value()));
      }
    }
  }

  /** Secrets came or changed: contexts take them, and listeners that waited come into force. */
  void secretsChanged() {
    for (Entry entry : entries.values()) {
      String live = entry.live == null ? "" : entry.live.refreshSecrets();
      String warming = entry.prepared == null ? "" : entry.prepared.refreshSecrets();
      entry.tlsProblem = live.isEmpty() ? warming : live;
      if (!entry.tlsProblem.isEmpty()) {
        log.atWarn()
            .addKeyValue("listener", entry.name)
            .addKeyValue("reason", entry.tlsProblem)
            .log("new secrets can not be used, the ones before stay");
      }
    }
    advanceAll();
  }

  /** The start is over: opens the sockets of all that are warm, and of others as they become so. */
  void openAll() {
    open = true;
    advanceAll();
  }

  /** Whether every listener is in force, or could be but for its socket. */
  boolean allWarm() {
    return entries.values().stream()
        .allMatch(entry -> entry.warming == null || missing(entry.warming.value()).isEmpty());
  }

  /** Whether no socket is being opened, and those that were tried are open or failed. */
  boolean allBound() {
    return entries.values().stream()
        .noneMatch(entry -> entry.binding || (entry.live == null && entry.problem.isEmpty()));
  }

  /** Whether a listener, or a table inside one, names the cluster. */
  boolean references(String cluster) {
    for (Entry entry : entries.values()) {
      if ((entry.inForce != null && inlineNames(entry.inForce.value(), cluster))
          || (entry.warming != null && inlineNames(entry.warming.value(), cluster))) {
        return true;
      }
    }
    return false;
  }

  private static boolean inlineNames(Listener listener, String cluster) {
    return ListenerRoutes.clusters(listener).contains(cluster)
        || ListenerRoutes.inline(listener).stream()
            .anyMatch(table -> RouteReferences.clusters(table).contains(cluster));
  }

  /** Name to reason of each listener of the bootstrap that could not be opened. */
  Map<String, String> fixedProblems() {
    Map<String, String> problems = new TreeMap<>();
    for (Entry entry : entries.values()) {
      if (entry.fixed && !entry.problem.isEmpty()) {
        problems.put(entry.name, entry.problem);
      }
    }
    return problems;
  }

  /** Stops accepting everywhere, for good: what an update brings later is not opened. */
  void close() {
    open = false;
    for (Entry entry : new ArrayList<>(entries.values())) {
      entries.remove(entry.name);
      drop(entry);
    }
  }

  void held(List<HeldResource> into) {
    for (Entry entry : entries.values()) {
      if (entry.inForce != null) {
        into.add(
            HeldResource.of(
                entry.fixed ? HeldResource.Stage.FIXED : HeldResource.Stage.SERVING,
                entry.inForce));
      }
      if (entry.warming != null) {
        into.add(HeldResource.of(HeldResource.Stage.WARMING, entry.warming));
      }
    }
  }

  List<ServingState> states() {
    List<ServingState> states = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (!entry.fixed) {
        String serving = entry.inForce == null || entry.live == null ? "" : entry.inForce.version();
        states.add(
            entry.warming == null
                ? ServingState.serving(entry.name, serving)
                : new ServingState(
                    entry.name, serving, entry.warming.version(), reason(entry, entry.warming)));
      }
    }
    return states;
  }

  private String reason(Entry entry, Versioned<Listener> warming) {
    Set<String> missing = missing(warming.value());
    if (!missing.isEmpty()) {
      return String.join("; ", missing);
    }
    return entry.problem.isEmpty() ? "the start of the proxy" : entry.problem;
  }

  private void take(Versioned<Listener> next) {
    Entry entry = entries.get(next.name());
    if (entry != null && entry.fixed) {
      throw new IllegalArgumentException("a listener of the bootstrap has this name");
    }
    refuseSameAddress(next);
    if (entry != null && entry.warming != null && entry.warming.value().equals(next.value())) {
      entry.warming = next;
      return;
    }
    if (entry != null && entry.inForce != null && entry.inForce.value().equals(next.value())) {
      entry.inForce = next;
      entry.warming = null;
      entry.prepared = null;
      return;
    }
    LiveListener.Prepared prepared = prepare(next.value());
    Entry taken = entry == null ? new Entry(next.name(), false) : entry;
    entries.put(next.name(), taken);
    taken.warming = next;
    taken.prepared = prepared;
    taken.problem = "";
  }

  /** Builds before it warms, so that what can not be built is refused; its tables come later. */
  private LiveListener.Prepared prepare(Listener value) {
    return factory.prepare(value, routes::table);
  }

  private void refuseSameAddress(Versioned<Listener> next) {
    Set<ListenAddress> addresses = new HashSet<>(next.value().addresses());
    addresses.removeIf(address -> address.ip() != null && address.ip().port() == 0);
    for (Entry other : entries.values()) {
      Versioned<Listener> value = other.warming == null ? other.inForce : other.warming;
      if (value != null
          && !other.name.equals(next.name())
          && !Collections.disjoint(value.value().addresses(), addresses)) {
        addresses.retainAll(value.value().addresses());
        throw new IllegalArgumentException(
            "listener \""
                + other.name
                + "\" has the address "
                + addresses.iterator().next()
                + " already");
      }
    }
  }

  private void remove(String name) {
    Entry entry = entries.get(name);
    if (entry != null && !entry.fixed) {
      entries.remove(name);
      drop(entry);
    }
  }

  private static void drop(Entry entry) {
    entry.warming = null;
    entry.prepared = null;
    if (entry.retry != null) {
      entry.retry.run();
    }
    if (entry.live != null) {
      entry.live.close();
      entry.live = null;
    }
  }

  private void askForRoutes() {
    Map<String, Duration> wanted = new TreeMap<>();
    for (Entry entry : entries.values()) {
      if (entry.inForce != null) {
        wanted.putAll(ListenerRoutes.discovered(entry.inForce.value()));
      }
      if (entry.warming != null) {
        wanted.putAll(ListenerRoutes.discovered(entry.warming.value()));
      }
    }
    if (!wanted.equals(asked)) {
      asked = wanted;
      subscriptions.routes(wanted);
      routes.keepOnly(wanted.keySet());
    }
  }

  private Set<String> missing(Listener value) {
    Set<String> missing = new TreeSet<>();
    for (String table : ListenerRoutes.discovered(value).keySet()) {
      if (!routes.serves(table)) {
        missing.add("routes [" + table + "]");
      }
    }
    for (SecretRef ref : TlsReferences.of(value)) {
      String why = secrets.missing(ref);
      if (!why.isEmpty()) {
        missing.add(why);
      }
    }
    return missing;
  }

  private void advanceAll() {
    for (Entry entry : new ArrayList<>(entries.values())) {
      Versioned<Listener> next = entry.warming;
      if (open
          && next != null
          && !entry.binding
          && entry.retry == null
          && missing(next.value()).isEmpty()) {
        comeIntoForce(entry, next);
      }
    }
  }

  private void comeIntoForce(Entry entry, Versioned<Listener> next) {
    LiveListener.Prepared built = entry.prepared;
    entry.prepared = null;
    LiveListener.Prepared prepared = built == null ? prepare(next.value()) : built;
    LiveListener live = entry.live;
    List<ListenAddress> before =
        entry.inForce == null ? List.of() : entry.inForce.value().addresses();
    if (live != null && before.equals(next.value().addresses())) {
      live.replace(prepared);
      entry.inForce = next;
      entry.warming = null;
      askForRoutes();
      return;
    }
    entry.binding = true;
    if (live != null && !Collections.disjoint(before, next.value().addresses())) {
      live.replaceAddresses(prepared, problem -> opened(entry, next, live, problem));
      return;
    }
    // The variable is set before the callback can come: it always comes later.
    LiveListener[] opened = new LiveListener[1];
    opened[0] = prepared.open(problem -> opened(entry, next, opened[0], problem));
  }

  private void opened(Entry entry, Versioned<Listener> value, LiveListener opened, String problem) {
    entry.binding = false;
    boolean wanted = entries.get(entry.name) == entry;
    if (!wanted) {
      opened.close();
      return;
    }
    entry.problem = problem;
    if (problem.isEmpty()) {
      if (entry.live != null && entry.live != opened) {
        entry.live.close();
      }
      entry.live = opened;
      entry.inForce = value;
      if (value.equals(entry.warming)) {
        entry.warming = null;
      }
      askForRoutes();
      advanceAll();
    } else {
      entry.retry =
          timers.schedule(
              BIND_RETRY,
              () -> {
                entry.retry = null;
                advanceAll();
              });
    }
    onSettled.run();
  }
}
