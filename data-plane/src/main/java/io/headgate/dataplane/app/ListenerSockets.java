package io.headgate.dataplane.app;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.listener.ListenerServices;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.listener.PreparedListener;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.dataplane.route.RuntimeFlags;
import io.headgate.dataplane.runtime.LiveListener;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The listeners' sockets as the runtime wants them.
 *
 * <p>Thread: the config thread; {@link #open}, {@link #connections} and {@link #awaitDrained} any.
 */
final class ListenerSockets implements LiveListener.Factory {
  private static final long POLL_MILLIS = 20;

  private final ListenerServices services;
  private final ConfigThread config;
  private final Function<RouteConfiguration, RouteTable> compiler;
  private final RuntimeFlags flags;
  private final Duration drainTime;
  private final Map<String, OpenListener> open = new ConcurrentHashMap<>();
  private final List<OpenListener> draining = new CopyOnWriteArrayList<>();

  ListenerSockets(
      ListenerServices services,
      ConfigThread config,
      Function<RouteConfiguration, RouteTable> compiler,
      RuntimeFlags flags,
      Duration drainTime) {
    this.services = services;
    this.config = config;
    this.compiler = compiler;
    this.flags = flags;
    this.drainTime = drainTime;
  }

  @Override
  public LiveListener.Prepared prepare(
      Listener value, io.headgate.dataplane.runtime.RouteLookup routes) {
    PreparedListener built =
        PreparedListener.prepare(value, source -> lookup(source, routes), services);
    return new Socket(value.name(), built);
  }

  private RouteLookup lookup(RouteSource source, io.headgate.dataplane.runtime.RouteLookup routes) {
    return switch (source) {
      case RouteSource.Rds(String name, Duration _) -> {
        Current<RouteTable> table = routes.table(name);
        yield new TableLookup(table::get, flags);
      }
      case RouteSource.Inline(RouteConfiguration config) -> {
        RouteTable table = compiler.apply(config);
        yield new TableLookup(() -> table, flags);
      }
    };
  }

  /** The open listeners by name. */
  Map<String, OpenListener> open() {
    return Map.copyOf(open);
  }

  /** The port that a listener is bound to, 0 when it is not open. */
  int port(String name) {
    OpenListener listener = open.get(name);
    return listener != null && listener.localAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : 0;
  }

  /** Connections of listeners that are open, and of those that drain. */
  int connections() {
    draining.removeIf(listener -> listener.connections() == 0);
    return count(open.values()) + count(draining);
  }

  private static int count(Collection<OpenListener> listeners) {
    return listeners.stream().mapToInt(OpenListener::connections).sum();
  }

  /** Waits until no connection is left, or for this long. */
  void awaitDrained(Duration bound) throws InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    while (connections() > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** A prepared listener, and the socket that it becomes. */
  private final class Socket implements LiveListener.Prepared {
    private final String name;
    private final PreparedListener prepared;

    Socket(String name, PreparedListener prepared) {
      this.name = name;
      this.prepared = prepared;
    }

    @Override
    public String refreshSecrets() {
      return prepared.refreshSecrets();
    }

    @Override
    public LiveListener open(Consumer<String> done) {
      OpenListener listener = prepared.open(problem -> config.execute(() -> done.accept(problem)));
      open.put(name, listener);
      return new Live(name, listener);
    }
  }

  private final class Live implements LiveListener {
    private final String name;
    private final OpenListener listener;

    Live(String name, OpenListener listener) {
      this.name = name;
      this.listener = listener;
    }

    @Override
    public void replace(LiveListener.Prepared next) {
      if (next instanceof Socket socket) {
        listener.replace(socket.prepared, drainTime);
      }
    }

    @Override
    public void replaceAddresses(LiveListener.Prepared next, Consumer<String> done) {
      if (next instanceof Socket socket) {
        listener.replaceAddresses(socket.prepared, drainTime, config::execute, done);
      }
    }

    @Override
    public String refreshSecrets() {
      return listener.refreshSecrets();
    }

    @Override
    public void close() {
      open.remove(name, listener);
      draining.add(listener);
      listener.close(drainTime);
    }
  }
}
