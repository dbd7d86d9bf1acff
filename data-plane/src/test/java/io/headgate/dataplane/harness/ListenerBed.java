package io.headgate.dataplane.harness;

import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.filters.httplimits.HttpLimitsFactory;
import io.headgate.dataplane.hcm.Pressure;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.listener.ConnectionGate;
import io.headgate.dataplane.listener.ListenerServices;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.listener.PreparedListener;
import io.headgate.dataplane.observe.AccessLogs;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.tls.InlineSecrets;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.value.Address;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One listener on a real socket whose requests end at an {@link EchoTerminal}, logged to a file.
 */
public final class ListenerBed implements AutoCloseable {
  public final Meters meters = new Meters();
  public final EchoTerminal terminal = new EchoTerminal();
  public HttpTimeouts timeouts = HttpTimeouts.DEFAULT;
  public HttpLimits limits = HttpLimits.DEFAULT;
  public HttpRules rules = HttpRules.DEFAULT;
  public AcceptRules accept = AcceptRules.DEFAULT;
  public @Nullable HttpLimitsConfig httpLimits;
  public @Nullable DownstreamTls tls;
  public Duration handshakeTimeout = Duration.ZERO;
  public boolean inspect;
  public int bufferLimit = 1 << 20;
  public RouteLookup routes = RouteLookup.NONE;
  public Pressure pressure = Pressure.NONE;
  public ConnectionGate gate = ConnectionGate.OPEN;
  public InstantSource clock = InstantSource.system();

  private final Path log;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final AccessLogs logs = new AccessLogs(meters);
  private @Nullable OpenListener listener;

  /** Makes a bed that logs into a directory. */
  public ListenerBed(Path directory) {
    log = directory.resolve("access.log");
  }

  /** Opens the listener as the fields say. */
  public OpenListener open() throws Exception {
    CompletableFuture<String> done = new CompletableFuture<>();
    OpenListener opened =
        PreparedListener.prepare(value(), source -> routes, services()).open(done::complete);
    String problem = done.get(5, TimeUnit.SECONDS);
    if (!problem.isEmpty()) {
      throw new IOException(problem);
    }
    listener = opened;
    return opened;
  }

  private ListenerServices services() {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
    FilterRegistry registry =
        FilterRegistry.builder()
            .add(RouterConfig.class, (config, context) -> terminal)
            .add(HttpLimitsConfig.class, new HttpLimitsFactory(clock))
            .build();
    return new ListenerServices(
        loops,
        NioServerSocketChannel::new,
        registry,
        logs,
        meters,
        "edge",
        pressure,
        gate,
        InlineSecrets.INSTANCE);
  }

  private Listener value() {
    List<HttpFilter> filters = new ArrayList<>();
    if (httpLimits != null) {
      filters.add(new HttpFilter("limits", httpLimits, false, false));
    }
    filters.add(new HttpFilter("router", RouterConfig.DEFAULT, false, false));
    AccessLog file =
        new AccessLog(
            new AccessLog.Sink.File(log.toString()),
            new AccessLog.Format.Text(
                "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n", false));
    HttpConnectionManager manager =
        new HttpConnectionManager(
            "ingress",
            new RouteSource.Rds("r", Duration.ZERO),
            filters,
            List.of(file),
            timeouts,
            limits,
            rules);
    return new Listener(
        "l",
        new Address("127.0.0.1", 0),
        List.of(
            new FilterChain("main", FilterChainMatch.ANY, List.of(manager), tls, handshakeTimeout)),
        null,
        new ListenerOptions(bufferLimit, true, 0, inspect, "test", accept));
  }

  /** Connects a client. */
  public RawClient client() throws IOException {
    OpenListener open = listener;
    if (open == null || open.localAddress() == null) {
      throw new IllegalStateException("not open");
    }
    return new RawClient(open.localAddress());
  }

  /** Returns the value of a counter or gauge. */
  public long meter(String name) {
    for (Meters.Meter meter : meters.all()) {
      if (meter.name().equals(name)) {
        return switch (meter) {
          case Meters.CounterMeter counter -> counter.counter().value();
          case Meters.GaugeMeter gauge -> gauge.gauge().value();
          case Meters.HistogramMeter _ -> throw new IllegalStateException(name);
        };
      }
    }
    throw new IllegalStateException("there is no meter " + name);
  }

  /** Returns the lines of the access log: status, flags, details. */
  public List<String> logged() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close(Duration.ZERO);
    }
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    logs.close();
  }
}
