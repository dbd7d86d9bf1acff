package io.headgate.dataplane.app;

import io.headgate.dataplane.admin.AdminServer;
import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterServices;
import io.headgate.dataplane.listener.ListenerServices;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.listener.handover.HandoverException;
import io.headgate.dataplane.observe.AccessLogs;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Telemetry;
import io.headgate.dataplane.overload.LoopWatch;
import io.headgate.dataplane.overload.Overload;
import io.headgate.dataplane.overload.ProcessMeters;
import io.headgate.dataplane.overload.Sensors;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.runtime.HeldResource;
import io.headgate.dataplane.runtime.Phase;
import io.headgate.dataplane.runtime.Subscriptions;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.H1Connector;
import io.headgate.dataplane.upstream.H2Connector;
import io.headgate.dataplane.xds.ConfigSource;
import io.headgate.dataplane.xds.LastKnownGoodPlace;
import io.headgate.dataplane.xds.NodeMessage;
import io.headgate.dataplane.xds.ProxyIdentity;
import io.headgate.dataplane.xds.ResourceType;
import io.headgate.dataplane.xds.XdsClient;
import io.headgate.xds.codec.FilterConfigs;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.value.Address;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy in this process: event loops, config thread, runtime and discovery client, joined.
 *
 * <p>Thread: any; {@link #start} and {@link #close} once each.
 */
public final class ProxyServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
  private static final Duration AGE_EVERY = Duration.ofSeconds(1);

  private static final Duration ADMIN_RETRY = Duration.ofMillis(100);

  /** Long enough before connections are closed at the end of a drain to see which are left. */
  private static final Duration BEFORE_THE_END = Duration.ofMillis(50);

  /** More than the client takes, should its thread be busy. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final Bootstrap bootstrap;
  private final Settings settings;
  private final Instant startedAt = Instant.now();
  private final Meters meters = new Meters();
  private final Telemetry telemetry;
  private final DiscoveryMeters discoveryMeters = new DiscoveryMeters(meters);
  private final EventLoops loops;
  private final ConfigThread config = new ConfigThread();
  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("headgate-disk").daemon(true).factory());
  private final LoopWatch loopWatch;
  private final Overload overload;
  private final AccessLogs accessLogs;
  private final ListenerSockets sockets;
  private final ConfigRuntime runtime;
  private final ServerStatus status;
  private final @Nullable Succession succession;
  private volatile boolean closed;

  /** When the drain began, by {@link System#nanoTime}; 0 before. */
  private volatile long drainStart;

  private final CompletableFuture<Void> handedOver = new CompletableFuture<>();
  private final CompletableFuture<Void> adminOpen = new CompletableFuture<>();
  private final CompletableFuture<Void> live = new CompletableFuture<>();
  private final CompletableFuture<ExitCode> failed = new CompletableFuture<>();
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private volatile @Nullable AdminServer admin;
  private volatile @Nullable XdsClient client;
  private @Nullable LoadReports loadReports;

  /** Whether this process has to tell another one that it is ready, and has not yet. */
  private boolean succeeds;

  private @Nullable CompletableFuture<Void> goodbye;

  /**
   * How the proxy runs.
   *
   * @param concurrency event loops
   * @param drainTime bound of a drain
   * @param bindAddress in the place of a wildcard; null binds to the wildcard
   * @param lastKnownGood null keeps nothing
   * @param handover the Unix socket by which processes succeed each other; null has none
   */
  public record Settings(
      int concurrency,
      Duration drainTime,
      @Nullable String bindAddress,
      @Nullable LastKnownGoodPlace lastKnownGood,
      boolean ignoreUnknownDynamicFields,
      @Nullable Path handover) {
    /** Settings of a process that succeeds nobody. */
    public Settings(
        int concurrency,
        Duration drainTime,
        @Nullable String bindAddress,
        @Nullable LastKnownGoodPlace lastKnownGood,
        boolean ignoreUnknownDynamicFields) {
      this(concurrency, drainTime, bindAddress, lastKnownGood, ignoreUnknownDynamicFields, null);
    }
  }

  /**
   * Joins the parts; opens no socket yet.
   *
   * @throws IllegalArgumentException when the control plane's clusters can not be used
   */
  public ProxyServer(Bootstrap bootstrap, Settings settings) {
    BindAddress bind = new BindAddress(settings.bindAddress());
    this.bootstrap = bind.applyTo(bootstrap);
    this.settings = settings;
    telemetry =
        new Telemetry(
            meters,
            Map.of(
                "service.name", "headgate-proxy",
                "service.version", Version.text(),
                "service.namespace", bootstrap.node().cluster(),
                "service.instance.id", bootstrap.node().id()),
            List.of());
    loops = new EventLoops(settings.concurrency());
    loopWatch = new LoopWatch(loops.loops(), meters);
    Sensors sensors = Sensors.ofProcess(loopWatch::takeWorstLagNanos);
    ProcessMeters.ofProcess(sensors).register(meters);
    overload = new Overload(bootstrap.overload(), sensors, meters);
    Connector h1 = new H1Connector(loops.sockets());
    Connector h2 = new H2Connector(loops.sockets());
    ClusterServices services =
        new ClusterServices(
            loops.loops(),
            http -> http.http2() == null ? h1 : h2,
            System::nanoTime,
            SplittableRandom::new,
            meters);
    accessLogs = new AccessLogs(meters);
    Filters filters = new Filters(this::findCluster, meters);
    RouteServices routeServices = filters.routeServices();
    InheritedSockets inherited = new InheritedSockets(loops);
    succession =
        settings.handover() == null
            ? null
            : new Succession(settings.handover(), loops.loops().getFirst(), inherited, meters);
    sockets =
        new ListenerSockets(
            new ListenerServices(
                loops.loops(),
                inherited,
                filters.registry(),
                accessLogs,
                meters,
                bootstrap.node().cluster(),
                overload,
                overload.gate()),
            config,
            value -> RouteTable.compile(value, routeServices),
            settings.drainTime());
    runtime =
        new ConfigRuntime(
            new ConfigRuntime.Factories(
                value -> Cluster.create(value, services),
                value -> RouteTable.compile(value, routeServices),
                sockets),
            config.timers(),
            subscriptions(bootstrap),
            new Watch());
    var _ = LoadReports.ofAll(bootstrap);
    GrpcApi ads = bootstrap.dynamicResources().ads();
    status = new ServerStatus(runtime::phase, this::source, ads != null);
    ServerMeters.register(
        meters, startedAt, settings.concurrency(), status::state, sockets::connections);
    if (ads != null) {
      client = client(ads, bind);
    }
  }

  private XdsClient client(GrpcApi ads, BindAddress bind) {
    ProxyIdentity identity =
        new ProxyIdentity(
            bootstrap.node(),
            Version.text(),
            FilterConfigs.extensionTypeUrls().stream().sorted().toList(),
            startedAt,
            bootstrap.admin() == null ? "" : bootstrap.admin().toString());
    LoadReports reports =
        new LoadReports(runtime, NodeMessage.of(identity), LoadReports.ofAll(bootstrap), config);
    loadReports = reports;
    return new XdsClient(
        new XdsClient.Settings(
            ControlPlanes.of(bootstrap, ads),
            ads.apiType(),
            identity,
            settings.lastKnownGood(),
            settings.ignoreUnknownDynamicFields()),
        new XdsClient.Surroundings(
            config.xds(),
            disk,
            new DiscoveryBridge(runtime, bind),
            new Facts(runtime, status, loopWatch),
            discoveryMeters,
            List.of(reports)));
  }

  private Subscriptions subscriptions(Bootstrap from) {
    return from.dynamicResources().ads() == null
        ? new NoSubscriptions(config::execute, this::runtime)
        : new AdsSubscriptions(this::requireClient);
  }

  /**
   * Builds all of the bootstrap and throws it away.
   *
   * @throws IllegalArgumentException when something can not be built
   */
  public void check() throws InterruptedException {
    config.call(() -> {
      runtime.check(bootstrap);
      return true;
    });
  }

  /**
   * Begins to connect, to warm, and then to listen. The admin interface answers from the first;
   * that of a process that takes over answers when the other one's does no longer.
   *
   * @throws IllegalArgumentException when something of the bootstrap can not be built
   * @throws IOException when the admin interface can not be bound
   * @throws HandoverException when the process that runs does not hand its sockets over
   */
  public void start() throws IOException, HandoverException, InterruptedException {
    overload.start();
    boolean inherits = succession != null && succession.take();
    if (!inherits) {
      openAdmin();
      var _ = adminOpen.complete(null);
    }
    config.call(() -> {
      succeeds = inherits;
      runtime.start(bootstrap);
      XdsClient discovery = client;
      if (discovery != null) {
        discovery.start();
        age();
      }
      return true;
    });
  }

  private void openAdmin() throws IOException {
    Address address = bootstrap.admin();
    if (address != null) {
      Admin shown = new Admin(this);
      admin =
          AdminServer.start(
              new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port()),
              shown,
              shown);
    }
  }

  /** Everything that only one process may do at a time begins. Thread: the config thread. */
  private void serveAlone() {
    XdsClient discovery = client;
    if (discovery != null) {
      discovery.saveFromNow();
    }
    if (succession != null) {
      succession.offer(
          sockets,
          this::leaveForSuccessor,
          () -> {
            var _ = handedOver.complete(null);
          });
    }
    var _ = live.complete(null);
  }

  /** Tells the other process, once, when there is valid config in force. The config thread. */
  private void tellIfReady() {
    Succession other = succession;
    if (succeeds
        && other != null
        && status.state() == ServerStatus.State.LIVE
        && !other.usesNothing()) {
      succeeds = false;
      var _ = other.ready().thenAccept(this::onTakenOver);
    }
  }

  /** Thread: one of its own, which may block. */
  private void onTakenOver(boolean alone) {
    if (!alone) {
      var _ = failed.complete(ExitCode.HANDOVER);
      return;
    }
    config.execute(this::serveAlone);
    while (!adminOpen.isDone() && !closed) {
      try {
        openAdmin();
        var _ = adminOpen.complete(null);
      } catch (IOException e) {
        // Traffic is what counts: the proxy goes on, and tries again.
        log.atWarn()
            .addKeyValue("reason", e.getMessage())
            .log("the admin interface can not be opened yet");
        LockSupport.parkNanos(ADMIN_RETRY.toNanos());
      }
    }
  }

  /** A successor is ready. Returns what completes when it may do what only one process may. */
  private CompletableFuture<Void> leaveForSuccessor() {
    beginDrain();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    config.execute(() -> {
      runtime.closeListeners();
      var _ =
          sayGoodbye()
              .completeOnTimeout(null, GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
              .whenCompleteAsync(
                  (_, _) -> {
                    closeAdmin();
                    var _ = gone.complete(null);
                  },
                  disk);
    });
    return gone;
  }

  /** Completes when a successor has taken over. */
  CompletableFuture<Void> handedOver() {
    return handedOver;
  }

  /** Completes when the admin interface answers. */
  CompletableFuture<Void> adminOpen() {
    return adminOpen;
  }

  private void beginDrain() {
    if (drainStart == 0) {
      drainStart = System.nanoTime();
    }
    status.drain();
  }

  private void closeAdmin() {
    AdminServer server = admin;
    if (server != null) {
      server.close();
    }
  }

  /** Completes when the sockets are open. */
  public CompletableFuture<Void> live() {
    return live;
  }

  /** Completes when the proxy can not go on, with how the process should end. */
  public CompletableFuture<ExitCode> failed() {
    return failed;
  }

  /** Where the proxy stands. */
  public ServerStatus status() {
    return status;
  }

  /** All meters of the process. */
  public Meters meters() {
    return meters;
  }

  /** The same meters as OpenTelemetry collects them. */
  public Collection<MetricData> metrics() {
    return telemetry.collect();
  }

  /** Where the config in force comes from; none without a control plane. */
  public ConfigSource source() {
    XdsClient discovery = client;
    return discovery == null ? ConfigSource.none("") : discovery.source();
  }

  LoopWatch loopWatch() {
    return loopWatch;
  }

  Settings settings() {
    return settings;
  }

  Bootstrap bootstrap() {
    return bootstrap;
  }

  /** The clusters in force. Any thread but the config thread. */
  Collection<Cluster> clusters() {
    return onConfig(runtime::liveClusters, List.of());
  }

  /** All resources. Any thread but the config thread. */
  List<HeldResource> resources() {
    return onConfig(runtime::held, List.of());
  }

  /** The open listeners by name. */
  Map<String, OpenListener> listeners() {
    return sockets.open();
  }

  /** Stops accepting connections; the process goes on. */
  void closeListeners() {
    status.drain();
    config.execute(runtime::closeListeners);
  }

  /** Asks the process to end as a signal does. */
  void quit() {
    var _ = asked.complete(null);
  }

  /** Completes when the process was asked to end by its admin interface. */
  CompletableFuture<Void> asked() {
    return asked;
  }

  private <T> T onConfig(Callable<T> question, T otherwise) {
    try {
      return config.call(question);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return otherwise;
    }
  }

  /** The port of the admin interface, 0 when there is none. */
  public int adminPort() {
    AdminServer server = admin;
    return server == null ? 0 : server.address().getPort();
  }

  /** The port that a listener is bound to, 0 when it is not open. */
  public int port(String listener) {
    return sockets.port(listener);
  }

  /**
   * Stops accepting and lets requests finish.
   *
   * @return whether all requests ended within the drain time; tunnels do not count, they last as
   *     long as the drain does
   */
  public boolean drain() throws InterruptedException {
    beginDrain();
    if (succession != null) {
      succession.close();
    }
    Traffic traffic = new Traffic(meters);
    log.atInfo()
        .addKeyValue("drain_time_s", settings.drainTime().toSeconds())
        .addKeyValue("connections", sockets.connections())
        .addKeyValue("requests", traffic.requests())
        .addKeyValue("tunnels", traffic.tunnels())
        .log("draining");
    config.call(() -> {
      XdsClient discovery = client;
      if (discovery != null) {
        discovery.factsChanged();
      }
      runtime.closeListeners();
      return true;
    });
    Duration passed = Duration.ofNanos(System.nanoTime() - drainStart);
    sockets.awaitDrained(settings.drainTime().minus(BEFORE_THE_END).minus(passed));
    long requests = traffic.requests();
    long tunnels = traffic.tunnels();
    log.atInfo()
        .addKeyValue("requests", requests)
        .addKeyValue("tunnels", tunnels)
        .log("the drain is over, what is left is closed");
    return requests == 0;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (succession != null) {
      succession.close();
    }
    closeAdmin();
    try {
      leave();
      config.call(() -> {
        runtime.close();
        return true;
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    config.close();
    overload.close();
    loopWatch.close();
    loops.close();
    accessLogs.close();
    telemetry.close();
    disk.shutdown();
    try {
      var _ = disk.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Says goodbye to the control plane, so that it does not take this end for a death, and leaves
   * the last change on disk.
   */
  private void leave() throws InterruptedException {
    try {
      config.call(this::sayGoodbye).get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn().setCause(e).log("the control plane was left without a goodbye");
    }
  }

  /** Does so once; nothing is written to disk after it. Thread: the config thread. */
  private CompletableFuture<Void> sayGoodbye() {
    CompletableFuture<Void> said = goodbye;
    if (said == null) {
      XdsClient discovery = client;
      said = discovery == null ? CompletableFuture.completedFuture(null) : discovery.stop();
      goodbye = said;
    }
    return said.copy();
  }

  private ConfigRuntime runtime() {
    return runtime;
  }

  private @Nullable Cluster findCluster(String name) {
    return runtime.clusters().find(name);
  }

  private XdsClient requireClient() {
    XdsClient discovery = client;
    if (discovery == null) {
      throw new IllegalStateException("there is no control plane");
    }
    return discovery;
  }

  private void age() {
    tellIfReady();
    XdsClient discovery = requireClient();
    Instant now = Instant.now();
    for (ResourceType type : ResourceType.values()) {
      discovery
          .lastUpdate(type)
          .ifPresent(at -> discoveryMeters.age(type, Duration.between(at, now).toSeconds()));
    }
    var _ = config.xds().schedule(AGE_EVERY, this::age);
  }

  /** Follows the runtime. Thread: the config thread. */
  private final class Watch implements ConfigRuntime.Observer {
    @Override
    public void changed() {
      tellIfReady();
      XdsClient discovery = client;
      if (discovery != null) {
        discovery.factsChanged();
      }
      LoadReports reports = loadReports;
      if (reports != null) {
        reports.configChanged();
      }
    }

    @Override
    public void entered(Phase phase) {
      if (phase == Phase.LIVE && !succeeds) {
        serveAlone();
      }
    }

    @Override
    public void bindFailed(Map<String, String> problems) {
      problems.forEach((listener, reason) ->
          log.atError()
              .addKeyValue("listener", listener)
              .addKeyValue("reason", reason)
              .log("a listener of the bootstrap can not be opened"));
      var _ = failed.complete(ExitCode.ADDRESS);
    }
  }
}
