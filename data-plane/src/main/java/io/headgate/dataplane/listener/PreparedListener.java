package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.FilterChain;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.HcmMeters;
import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.hcm.StreamTelemetry;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.listener.AccessLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is built and not in force. Immutable but for the chains' connections.
 *
 * <p><b>Thread:</b> the config thread.
 */
public final class PreparedListener {
  final Listener value;
  final List<LiveChain> chains;
  final @Nullable LiveChain defaultChain;
  final ListenerServices services;

  PreparedListener(
      Listener value,
      List<LiveChain> chains,
      @Nullable LiveChain defaultChain,
      ListenerServices services) {
    this.value = value;
    this.chains = List.copyOf(chains);
    this.defaultChain = defaultChain;
    this.services = services;
  }

  /**
   * Builds everything behind a socket. Reads certificate files, opens no socket.
   *
   * @param routes the lookup of each route source; it may be one that changes what it finds
   * @throws IllegalArgumentException when it can't be built; the message is for the NACK
   */
  public static PreparedListener prepare(
      Listener value, Function<RouteSource, RouteLookup> routes, ListenerServices services) {
    List<LiveChain> chains = new ArrayList<>();
    for (io.headgate.xds.model.FilterChain chain : value.filterChains()) {
      chains.add(chain(value, chain, routes, services));
    }
    io.headgate.xds.model.FilterChain otherwise = value.defaultFilterChain();
    return new PreparedListener(
        value,
        chains,
        otherwise == null ? null : chain(value, otherwise, routes, services),
        services);
  }

  private static LiveChain chain(
      Listener listener,
      io.headgate.xds.model.FilterChain chain,
      Function<RouteSource, RouteLookup> routes,
      ListenerServices services) {
    HcmGeneration generation =
        switch (chain.terminalFilter()) {
          case HttpConnectionManager manager ->
              generation(listener, manager, routes.apply(manager.routes()), services);
        };
    ServerTlsSlot tls =
        chain.tls() == null
            ? null
            : new ServerTlsSlot(
                chain.tls(), listener.name() + "/" + place(chain), services.secrets());
    return new LiveChain(chain, tls, new Current<>(generation));
  }

  /** What tells chains without a name apart. */
  private static String place(io.headgate.xds.model.FilterChain chain) {
    return chain.name() + chain.match().serverNames();
  }

  /**
   * Takes the newest secrets into force; connections that are open stay.
   *
   * @return what does not make sense, empty when all does: there the secrets before stay
   */
  public String refreshSecrets() {
    String problem = "";
    for (LiveChain chain : all()) {
      if (chain.tls != null) {
        try {
          chain.tls.refresh(services.secrets());
        } catch (IllegalArgumentException e) {
          problem = String.valueOf(e.getMessage());
        }
      }
    }
    return problem;
  }

  private static HcmGeneration generation(
      Listener listener,
      HttpConnectionManager manager,
      RouteLookup routes,
      ListenerServices services) {
    Scope scope =
        services.meters().scope("http", "envoy_http_conn_manager_prefix", manager.statPrefix());
    List<AccessLogger> loggers = new ArrayList<>();
    for (AccessLog log : manager.accessLogs()) {
      loggers.add(services.accessLogs().logger(log));
    }
    HcmSettings settings =
        HcmSettings.of(
            manager,
            new HcmMeters(scope),
            new StreamTelemetry(
                loggers,
                manager.telemetry().tracing() == null
                    ? null
                    : services.tracers().tracer(manager.telemetry().tracing(), scope)),
            services.localCluster(),
            listener.options(),
            services.pressure());
    return new HcmGeneration(
        settings,
        FilterChain.build(manager.httpFilters(), services.filters(), scope, services.meters()),
        routes);
  }

  /**
   * Binds the address and accepts.
   *
   * @param done told once, on an event loop: empty when it accepts, else why it can't
   */
  public OpenListener open(Consumer<String> done) {
    OpenListener listener = new OpenListener(this);
    listener.bind(done);
    return listener;
  }

  List<LiveChain> all() {
    List<LiveChain> all = new ArrayList<>(chains);
    if (defaultChain != null) {
      all.add(defaultChain);
    }
    return all;
  }

  /**
   * Takes over live chains where only the connection manager has changed, or nothing: their
   * connections stay and their next stream sees the new generation.
   */
  PreparedListener adopt(PreparedListener before) {
    List<LiveChain> old = before.all();
    boolean sameOptions = value.options().equals(before.value.options());
    List<LiveChain> kept = new ArrayList<>();
    for (LiveChain chain : chains) {
      kept.add(adopt(chain, old, sameOptions));
    }
    return new PreparedListener(
        value, kept, defaultChain == null ? null : adopt(defaultChain, old, sameOptions), services);
  }

  private static LiveChain adopt(LiveChain next, List<LiveChain> old, boolean sameOptions) {
    for (LiveChain chain : old) {
      if (isSameTransport(chain.value, next.value)) {
        if (sameOptions && chain.value.filters().equals(next.value.filters())) {
          // Equal values keep their live objects, filters with their caches among them.
          HcmGeneration now = chain.generation.get();
          RouteLookup routes = next.generation.get().routes();
          chain.generation.set(new HcmGeneration(now.settings(), now.filters(), routes));
        } else {
          chain.generation.set(next.generation.get());
        }
        old.remove(chain);
        chain.value = next.value;
        return chain;
      }
    }
    return next;
  }

  private static boolean isSameTransport(
      io.headgate.xds.model.FilterChain a, io.headgate.xds.model.FilterChain b) {
    return a.name().equals(b.name())
        && a.match().equals(b.match())
        && Objects.equals(a.tls(), b.tls());
  }
}
