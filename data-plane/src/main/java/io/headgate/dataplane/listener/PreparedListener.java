package io.headgate.dataplane.listener;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.FilterChain;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.HcmMeters;
import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.hcm.ReplyMapper;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.hcm.StreamTelemetry;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tcpproxy.TcpTemplate;
import io.headgate.dataplane.tls.ServerTlsSlot;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.ProxyProtocol;
import java.util.ArrayList;
import java.util.List;
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
  final @Nullable ProxyProtocolMeters proxyMeters;
  private final ChainTree<LiveChain> tree;

  PreparedListener(
      Listener value,
      List<LiveChain> chains,
      @Nullable LiveChain defaultChain,
      ListenerServices services) {
    this.value = value;
    this.chains = List.copyOf(chains);
    this.defaultChain = defaultChain;
    this.services = services;
    ProxyProtocol filter = value.options().accept().proxyProtocol();
    proxyMeters =
        filter == null ? null : new ProxyProtocolMeters(services.meters(), filter.statPrefix());
    tree = new ChainTree<>(this.chains, chain -> chain.value.match());
  }

  /** Returns the chain that a connection takes, null when it must be closed. */
  @Nullable LiveChain find(ChainTree.Facts facts) {
    LiveChain found = tree.find(facts);
    return found == null ? defaultChain : found;
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
    LiveChain.Terminal terminal =
        switch (chain.terminalFilter()) {
          case HttpConnectionManager manager ->
              new LiveChain.Terminal.Http(
                  new Current<>(
                      generation(listener, manager, routes.apply(manager.routes()), services)));
          case TcpProxy tcp -> new LiveChain.Terminal.Tcp(new Current<>(template(tcp, services)));
        };
    ServerTlsSlot tls =
        chain.tls() == null
            ? null
            : new ServerTlsSlot(
                chain.tls(), listener.name() + "/" + place(chain), services.secrets());
    ConnectionLimit limit = chain.connectionLimit();
    return new LiveChain(
        chain, tls, limit == null ? null : new ChainLimit(limit, services.meters()), terminal);
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
    return refreshSecrets(() -> {});
  }

  /** The same, and tells each chain that has new contexts. */
  String refreshSecrets(Runnable updated) {
    String problem = "";
    for (LiveChain chain : all()) {
      if (chain.tls != null) {
        try {
          if (chain.tls.refresh(services.secrets())) {
            updated.run();
          }
        } catch (IllegalArgumentException e) {
          problem = String.valueOf(e.getMessage());
        }
      }
    }
    return problem;
  }

  private static TcpTemplate template(TcpProxy tcp, ListenerServices services) {
    return new TcpTemplate(
        tcp,
        services.tcp(),
        services.meters().scope("tcp", "envoy_tcp_prefix", tcp.statPrefix()),
        loggers(tcp.accessLogs(), services));
  }

  private static List<AccessLogger> loggers(List<AccessLog> logs, ListenerServices services) {
    List<AccessLogger> loggers = new ArrayList<>();
    for (AccessLog log : logs) {
      loggers.add(services.accessLogs().logger(log));
    }
    return loggers;
  }

  private static HcmGeneration generation(
      Listener listener,
      HttpConnectionManager manager,
      RouteLookup routes,
      ListenerServices services) {
    Scope scope =
        services.meters().scope("http", "envoy_http_conn_manager_prefix", manager.statPrefix());
    List<AccessLogger> loggers = loggers(manager.accessLogs(), services);
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
            listener.options().accept().drainsOnlyWhenModified()
                ? services.pressure().ofShortageOnly()
                : services.pressure());
    return new HcmGeneration(
        settings,
        FilterChain.build(manager.httpFilters(), services.filters(), scope, services.meters()),
        routes,
        ReplyMapper.of(manager.rules().answers().local(), routes.runtime()));
  }

  /** Whether no chain can be chosen before the first bytes were looked at. */
  boolean needsFirstBytes() {
    return value.options().tlsInspector()
        || value.filterChains().stream().anyMatch(chain -> chain.match().needsFirstBytes());
  }

  /**
   * Binds the addresses and accepts.
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
   * Takes over the live chains that connections can go on in: they stay, and their next stream sees
   * the new generation.
   */
  PreparedListener adopt(PreparedListener before) {
    List<LiveChain> old = new ArrayList<>(before.chains);
    boolean sameOptions = value.options().equals(before.value.options());
    List<LiveChain> kept = new ArrayList<>();
    for (LiveChain chain : chains) {
      kept.add(adopt(chain, old, sameOptions));
    }
    List<LiveChain> otherwise = new ArrayList<>();
    if (before.defaultChain != null) {
      otherwise.add(before.defaultChain);
    }
    return new PreparedListener(
        value,
        kept,
        defaultChain == null ? null : adopt(defaultChain, otherwise, sameOptions),
        services);
  }

  private static LiveChain adopt(LiveChain next, List<LiveChain> old, boolean sameOptions) {
    for (LiveChain chain : old) {
      if (next.value.carriesOn(chain.value)) {
        boolean same = sameOptions && chain.value.filters().equals(next.value.filters());
        swap(chain.terminal, next.terminal, same);
        if (chain.limit != null && next.limit != null) {
          chain.limit.become(next.limit);
        }
        old.remove(chain);
        chain.value = next.value;
        return chain;
      }
    }
    return next;
  }

  /**
   * Puts what the next chain carries in the place of what the one before it carries.
   *
   * @param same whether both were told the same: then live objects stay, filters with their caches
   *     among them
   */
  private static void swap(LiveChain.Terminal before, LiveChain.Terminal next, boolean same) {
    if (before instanceof LiveChain.Terminal.Http(Current<HcmGeneration> in)
        && next instanceof LiveChain.Terminal.Http(Current<HcmGeneration> from)) {
      HcmGeneration now = in.get();
      in.set(
          same
              ? new HcmGeneration(now.settings(), now.filters(), from.get().routes(), now.replies())
              : from.get());
    } else if (before instanceof LiveChain.Terminal.Tcp(Current<TcpTemplate> in)
        && next instanceof LiveChain.Terminal.Tcp(Current<TcpTemplate> from)
        && !same) {
      in.set(from.get());
    }
  }
}
