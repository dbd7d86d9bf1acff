package io.headgate.dataplane.app;

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
import io.headgate.dataplane.route.RuntimeValues;
import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.runtime.HeldResource;
import io.headgate.dataplane.runtime.Phase;
import io.headgate.dataplane.runtime.Secrets;
import io.headgate.dataplane.runtime.Subscriptions;
import io.headgate.dataplane.tcpproxy.TcpServices;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.tls.SystemAuthorities;
import io.headgate.dataplane.tls.WatchedFiles;
import io.headgate.dataplane.upstream.ChannelConnector;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.dataplane.upstream.H1Connector;
import io.headgate.dataplane.upstream.H2Connector;
import io.headgate.dataplane.xds.XdsClient;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.node.NodeMessage;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.xds.codec.listener.ListenerDecoder;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
  private final Bootstrap bootstrap;
  private final Settings settings;
  private final Instant startedAt = Instant.now();

  /** How often files of secrets are looked at. */
  private static final Duration LOOK_AT_FILES = Duration.ofMillis(500);

  /** How often the age of ticket keys is looked at. */
  private static final Duration LOOK_AT_TICKETS = Duration.ofHours(1);

  /** How often certificates in use are looked at. */
  private static final Duration LOOK_AT_TLS = Duration.ofSeconds(5);

  private final Meters meters = new Meters();
  private final Telemetry telemetry;
  private final EventLoops loops;
  private final ConfigThread config = new ConfigThread();
  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("headgate-disk").daemon(true).factory());
  private final LoopWatch loopWatch;
  private final Overload overload;
  private final RuntimeValues runtimeValues;
  private final AccessLogs accessLogs;
  private final HealthPressure health;
  private final Exports exports;
  private final ListenerSockets sockets;
  private final Secrets secrets;
  private final ConfigRuntime runtime;
  private final TlsHygiene tlsHygiene;
  private final ServerStatus status;
  private final ProxyIdentity identity;
  private final SecretServices secretServices;
  private final Discovery discovery;
  private final Drain drain;
  private final AdminPort admin;
  private final Turn turn;
  private final CompletableFuture<ExitCode> failed = new CompletableFuture<>();
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private boolean built;
  private volatile boolean closed;

  /**
   * How the proxy runs.
   *
   * @param concurrency event loops
   * @param drainTime bound of a drain
   * @param bindAddress in the place of a wildcard; null binds to the wildcard
   * @param lastKnownGood null keeps nothing
   * @param handover the Unix socket by which processes succeed each other; null has none
   * @param systemAuthorities what this machine trusts; null for the file of its system
   */
  public record Settings(
      int concurrency,
      Duration drainTime,
      @Nullable String bindAddress,
      @Nullable LastKnownGoodPlace lastKnownGood,
      boolean ignoreUnknownDynamicFields,
      @Nullable Path handover,
      @Nullable Path systemAuthorities) {
    /** Settings of a process that succeeds nobody. */
    public Settings(
        int concurrency,
        Duration drainTime,
        @Nullable String bindAddress,
        @Nullable LastKnownGoodPlace lastKnownGood,
        boolean ignoreUnknownDynamicFields) {
      this(
          concurrency,
          drainTime,
          bindAddress,
          lastKnownGood,
          ignoreUnknownDynamicFields,
          null,
          null);
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
    identity = identity(this.bootstrap, startedAt);
    Map<String, String> resource =
        Map.of(
            "service.name", "headgate-proxy",
            "service.version", Version.text(),
            "service.namespace", bootstrap.node().cluster(),
            "service.instance.id", bootstrap.node().id());
    telemetry = new Telemetry(meters, resource, List.of());
    loops = new EventLoops(settings.concurrency());
    loopWatch = new LoopWatch(loops.loops(), meters);
    Sensors sensors = Sensors.ofProcess(loopWatch::takeWorstLagNanos);
    ProcessMeters.ofProcess(sensors).register(meters);
    overload = new Overload(bootstrap.overload(), sensors, meters);
    Connector h1 = new H1Connector(loops.sockets());
    Connector h2 = new H2Connector(loops.sockets());
    WatchedFiles files =
        new WatchedFiles(disk, config::execute, SystemAuthorities.at(settings.systemAuthorities()));
    secrets = new Secrets(files, SecretFile::read);
    lookAt(files);
    ClusterServices services =
        new ClusterServices(
            loops.loops(),
            http -> http.http2() == null ? h1 : h2,
            System::nanoTime,
            SplittableRandom::new,
            meters,
            secrets);
    exports = new Exports(bootstrap, resource, this::findCluster, loops.loops().getFirst(), meters);
    health = new HealthPressure(overload);
    accessLogs = new AccessLogs(meters);
    runtimeValues = new RuntimeValues(bootstrap.process().runtime());
    Filters filters = new Filters(this::findCluster, meters, runtimeValues);
    RouteServices routeServices = filters.routeServices();
    DiscoveryMeters discoveryMeters = new DiscoveryMeters(meters);
    secretServices =
        new SecretServices(
            bootstrap,
            new SecretServices.Settings(
                identity, settings.lastKnownGood(), settings.ignoreUnknownDynamicFields()),
            config,
            disk,
            this::runtime,
            discoveryMeters);
    discovery = new Discovery(config, discoveryMeters, secretServices);
    InheritedSockets inherited = new InheritedSockets(loops);
    Succession succession =
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
                health,
                overload.gate(),
                exports.tracers(),
                secrets,
                new TcpServices(this::findCluster, new ChannelConnector(loops.sockets()))),
            config,
            value -> RouteTable.compile(value, routeServices),
            runtimeValues,
            settings.drainTime());
    runtime =
        new ConfigRuntime(
            new ConfigRuntime.Factories(
                value -> Cluster.create(value, services),
                value -> RouteTable.compile(value, routeServices),
                sockets,
                secrets),
            config.timers(),
            subscriptions(bootstrap),
            new Watch());
    tlsHygiene =
        new TlsHygiene(
            meters, Clock.systemUTC(), () -> sockets.open().values(), runtime::liveClusters);
    var _ = LoadReports.ofAll(bootstrap);
    status =
        new ServerStatus(
            runtime::phase, this::source, bootstrap.dynamicResources().asksForConfig());
    ServerMeters.register(
        meters, startedAt, settings.concurrency(), status::state, sockets::connections);
    GrpcApi ads = bootstrap.dynamicResources().ads();
    if (ads != null) {
      connect(ads, bind, discoveryMeters);
    }
    drain = new Drain(settings.drainTime(), status, sockets, runtime, meters);
    admin = new AdminPort(bootstrap.admin(), new Admin(this));
    turn = new Turn(succession, status, discovery, sockets, admin, config, this::leaveForSuccessor);
    var _ = turn.failed().thenAccept(failed::complete);
  }

  private void lookAtTickets() {
    var _ =
        config
            .xds()
            .schedule(
                LOOK_AT_TICKETS,
                () -> {
                  runtime.rotateTicketKeys();
                  lookAtTickets();
                });
  }

  private void lookAtTls() {
    tlsHygiene.look();
    var _ = config.xds().schedule(LOOK_AT_TLS, this::lookAtTls);
  }

  private void lookAt(WatchedFiles files) {
    var _ =
        config
            .xds()
            .schedule(
                LOOK_AT_FILES,
                () -> {
                  files.look();
                  lookAt(files);
                });
  }

  private static ProxyIdentity identity(Bootstrap bootstrap, Instant startedAt) {
    return new ProxyIdentity(
        bootstrap.node(),
        Version.text(),
        ListenerDecoder.extensionTypeUrls().stream().sorted().toList(),
        startedAt,
        bootstrap.admin() == null ? "" : bootstrap.admin().toString());
  }

  private void connect(GrpcApi ads, BindAddress bind, DiscoveryMeters discoveryMeters) {
    LoadReports reports =
        new LoadReports(runtime, NodeMessage.of(identity), LoadReports.ofAll(bootstrap), config);
    XdsClient client =
        new XdsClient(
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
                new Facts(runtime, status, loopWatch, tlsHygiene),
                discoveryMeters,
                List.of(reports)));
    discovery.speakThrough(client, reports);
  }

  private Subscriptions subscriptions(Bootstrap from) {
    return from.dynamicResources().ads() == null
        ? new NoSubscriptions(config::execute, this::runtime, secretServices)
        : new AdsSubscriptions(discovery::client, secretServices);
  }

  /**
   * Builds all of the bootstrap; opens nothing. Does so once.
   *
   * @throws IllegalArgumentException when something can not be built
   */
  public void build() throws InterruptedException {
    config.call(() -> {
      if (!built) {
        built = true;
        runtime.build(bootstrap);
      }
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
    build();
    overload.start();
    exports.start();
    if (!turn.take()) {
      admin.open();
    }
    config.call(() -> {
      runtime.start();
      lookAtTickets();
      lookAtTls();
      discovery.start(turn::tellIfReady);
      return true;
    });
  }

  /** A successor is ready. Returns what completes when it may do what only one process may. */
  private CompletableFuture<Void> leaveForSuccessor() {
    drain.begin();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    config.execute(() -> {
      drain.stopAccepting();
      var _ =
          discovery
              .sayGoodbyeInTime()
              .whenCompleteAsync(
                  (_, _) -> {
                    admin.close();
                    var _ = gone.complete(null);
                  },
                  disk);
    });
    return gone;
  }

  /** Completes when a successor has taken over. */
  CompletableFuture<Void> handedOver() {
    return turn.handedOver();
  }

  /** Completes when the admin interface answers. */
  CompletableFuture<Void> adminOpen() {
    return admin.answers();
  }

  /** Completes when the sockets are open. */
  public CompletableFuture<Void> live() {
    return turn.alone();
  }

  /** Completes when the proxy can not go on, with how the process should end. */
  public CompletableFuture<ExitCode> failed() {
    return failed;
  }

  /** Where the proxy stands. */
  public ServerStatus status() {
    return status;
  }

  /** Values that operators change while the process runs. */
  RuntimeValues runtimeValues() {
    return runtimeValues;
  }

  /** Changes runtime values; they hold when this returns. */
  void setRuntime(Map<String, String> changes) {
    var _ =
        onConfig(
            () -> {
              runtimeValues.set(changes);
              return true;
            },
            false);
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
    return discovery.source();
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

  /** The certificates in use. Any thread but the config thread. */
  List<CertificateFacts> certificates() {
    return onConfig(secrets::certificates, List.of());
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

  /** Takes the proxy out of service while it goes on working, or puts it back. */
  void failHealthcheck(boolean fails) {
    health.fail(fails);
    status.failHealthcheck(fails);
  }

  /** Opens the files of access logs anew. */
  void reopenLogs() {
    accessLogs.reopen();
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
    return admin.port();
  }

  /** The port that a listener is bound to, 0 when it is not open. */
  public int port(String listener) {
    return sockets.port(listener);
  }

  /**
   * Stops accepting, lets requests finish, and tells collectors what they have not been told.
   *
   * @return whether all requests ended within the drain time; tunnels do not count, they last as
   *     long as the drain does
   */
  public boolean drain() throws InterruptedException {
    drain.begin();
    turn.close();
    drain.announce();
    config.call(() -> {
      discovery.factsChanged();
      drain.stopAccepting();
      return true;
    });
    boolean whole = drain.await();
    exports.leave(drain.awaitClosed());
    return whole;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    turn.close();
    admin.close();
    try {
      discovery.leave();
      config.call(() -> {
        runtime.close();
        return true;
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    config.close();
    overload.close();
    exports.close();
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

  private ConfigRuntime runtime() {
    return runtime;
  }

  private @Nullable Cluster findCluster(String name) {
    return runtime.clusters().find(name);
  }

  /** Follows the runtime. Thread: the config thread. */
  private final class Watch implements ConfigRuntime.Observer {
    @Override
    public void changed() {
      turn.tellIfReady();
      discovery.configChanged();
    }

    @Override
    public void entered(Phase phase) {
      if (phase == Phase.LIVE) {
        turn.live();
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
