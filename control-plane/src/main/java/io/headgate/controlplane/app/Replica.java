package io.headgate.controlplane.app;

import io.grpc.ChannelCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.headgate.controlplane.api.ApiServer;
import io.headgate.controlplane.api.Backend;
import io.headgate.controlplane.api.Principals;
import io.headgate.controlplane.fleetstate.ExchangeService;
import io.headgate.controlplane.fleetstate.Fleet;
import io.headgate.controlplane.fleetstate.LoadBoard;
import io.headgate.controlplane.fleetstate.ReplicaLinks;
import io.headgate.controlplane.fleetstate.StatusService;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.loader.FleetStore;
import io.headgate.controlplane.loader.Member;
import io.headgate.controlplane.loader.StoreHealth;
import io.headgate.controlplane.loader.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running replica of the control plane: everything wired and bound.
 *
 * <pre>
 *   etcd ⇄ FleetStore ──image──▶ ConfigPipeline ──snapshots──▶ discovery ⇄ proxies
 *                │                                                │
 *                └──image──▶ ApiServer ◀──states── Fleet ◀──events┘ ⇄ other replicas
 * </pre>
 *
 * <p>Thread: made and closed by one thread.
 */
public final class Replica implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
  private static final long HOUSEKEEPING_MILLIS = 500;

  private final Settings settings;
  private final String id;
  private final DataDirectory data;
  private final ConfigPipeline pipeline;
  private final FleetView view;
  private final Fleet fleet;
  private final LoadBoard load;
  private final ReplicaLinks links;
  private final FleetStore store;
  private final Feedback feedback;
  private final DiscoveryServices discovery;
  private final Server internalServer;
  private final Server xdsServer;
  private final ApiServer api;
  private final AtomicReference<@Nullable ApiServer> apiPublisher = new AtomicReference<>();
  private final AtomicBoolean publishedPending = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ExecutorService grpcThreads = Executors.newCachedThreadPool(named("headgate-grpc"));
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(named("headgate-fleet"));
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(named("headgate-housekeeping"));
  private StoreHealth.@Nullable State lastState;

  private static java.util.concurrent.ThreadFactory named(String name) {
    return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
  }

  /** Makes, binds and starts a replica. */
  Replica(Settings settings, Principals principals, String version, Clock clock)
      throws StartException {
    this.settings = settings;
    this.data = DataDirectory.open(settings.process().dataDirectory());
    this.id = data.replicaId(settings.process().replicaId());
    ChannelCredentials toReplicas = GrpcTransport.client(settings.internal().tls());
    this.pipeline = new ConfigPipeline();
    this.view = new FleetView(pipeline.snapshots(), pipeline::origin, this::publishedSoon);
    this.fleet = new Fleet(id, view, clock);
    this.load = new LoadBoard();
    view.tell(fleet);
    this.links =
        new ReplicaLinks(
            fleet,
            load,
            target -> GrpcTransport.channel(target, toReplicas),
            new Random(),
            scheduler);
    this.internalServer =
        GrpcTransport.serve(
            "internal",
            settings.internal().bind(),
            settings.internal().tls(),
            grpcThreads,
            List.of(new ExchangeService(fleet, load, view, clock, scheduler).bindService()));
    String address = advertised();
    this.store = store(address, clock);
    this.feedback = new Feedback(store, load, clock);
    this.discovery = new DiscoveryServices(settings.xds(), pipeline, view);
    this.xdsServer =
        GrpcTransport.serve(
            "xds", settings.xds().bind(), settings.xds().tls(), grpcThreads, xdsServices());
    Backend backend =
        new Backend(
            store,
            fleet,
            new PolicyStatus(
                new PortStatus(pipeline, pipeline::fleet, fleet::proxies),
                pipeline::object,
                fleet::proxies),
            feedback.loads(),
            new Backend.Replica(id, address, settings.etcd().prefix(), version));
    this.api = api(backend, principals, clock);
    apiPublisher.set(api);
  }

  private List<ServerServiceDefinition> xdsServices() {
    List<ServerServiceDefinition> services = new ArrayList<>(discovery.services());
    services.add(new StatusService(fleet, 0).bindService());
    services.add(feedback.service().bindService());
    return services;
  }

  private FleetStore store(String address, Clock clock) throws StartException {
    ImagePublisher toApi =
        (image, delta) -> {
          ApiServer server = apiPublisher.get();
          if (server != null) {
            server.publish(image, delta);
          }
        };
    try {
      return new FleetStore(
          StoreSettings.of(EtcdSettings.of(settings.etcd()), id, address, data.image()),
          pipeline.check(),
          List.of(pipeline, toApi),
          clock);
    } catch (IOException e) {
      throw new StartException(ExitCode.DATA_DIR, "data-dir: " + e.getMessage(), e);
    }
  }

  private ApiServer api(Backend backend, Principals principals, Clock clock) throws StartException {
    Settings.Api listen = settings.api();
    Optional<SSLContext> tls = Optional.empty();
    if (listen.tls().isPresent()) {
      try {
        tls =
            Optional.of(
                PemFiles.serverContext(listen.tls().get().certificate(), listen.tls().get().key()));
      } catch (IOException | GeneralSecurityException e) {
        throw new StartException(ExitCode.BAD_CONFIG, "api.tls: " + e.getMessage(), e);
      }
    }
    ApiServer server =
        new ApiServer(
            new ApiServer.Listen(listen.bind().address(), listen.bind().port(), tls),
            principals,
            backend,
            discovery::figures,
            clock);
    try {
      server.start();
    } catch (RuntimeException e) {
      throw new StartException(
          ExitCode.CANNOT_BIND,
          "api: can't bind "
              + listen.bind().address()
              + ":"
              + listen.bind().port()
              + ": "
              + e.getMessage(),
          e);
    }
    return server;
  }

  /** Begins to follow etcd and to work; writes the port file last. */
  void start() throws StartException {
    store.start();
    feedback.start();
    var _ =
        housekeeping.scheduleWithFixedDelay(
            this::keepHouse, 0, HOUSEKEEPING_MILLIS, TimeUnit.MILLISECONDS);
    Optional<Path> portFile = settings.process().portFile();
    if (portFile.isPresent()) {
      writePorts(portFile.get());
    }
    LOG.info(
        "event=started replica={} xds={} internal={} api={}",
        id,
        xdsPort(),
        internalServer.getPort(),
        apiPort());
  }

  String id() {
    return id;
  }

  int xdsPort() {
    return xdsServer.getPort();
  }

  int apiPort() {
    return api.port();
  }

  /**
   * Ends in order: takes no new streams, leaves the members, gives streams the drain time, writes
   * the last image.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LOG.info("event=stopping replica={}", id);
    housekeeping.shutdownNow();
    xdsServer.shutdown();
    links.close();
    internalServer.shutdown();
    feedback.close();
    store.close();
    api.close();
    try {
      xdsServer.awaitTermination(settings.process().drainTime().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    xdsServer.shutdownNow();
    internalServer.shutdownNow();
    discovery.close();
    scheduler.shutdownNow();
    grpcThreads.shutdownNow();
    data.close();
    LOG.info("event=stopped replica={}", id);
  }

  private void keepHouse() {
    try {
      Map<String, String> members = new HashMap<>();
      for (Member member : store.members()) {
        members.put(member.id(), member.address());
      }
      links.members(members);
      StoreHealth.State state = store.health().state();
      if (state != lastState) {
        lastState = state;
        api.sourceChanged();
      }
      fleet.forgetOld();
    } catch (RuntimeException e) {
      LOG.error("event=housekeeping_failed", e);
    }
  }

  /** Many groups may change by one image; the fleet is told once. */
  private void publishedSoon() {
    if (publishedPending.compareAndSet(false, true) && !scheduler.isShutdown()) {
      scheduler.execute(() -> {
        publishedPending.set(false);
        fleet.published();
      });
    }
  }

  private String advertised() {
    Settings.Internal internal = settings.internal();
    if (internal.advertise().isPresent()) {
      return internal.advertise().get();
    }
    String address = internal.bind().address();
    boolean ipv6 = address.indexOf(':') >= 0;
    return (ipv6 ? "[" + address + "]" : address) + ":" + internalServer.getPort();
  }

  private void writePorts(Path file) throws StartException {
    String text =
        "xds=" + xdsPort() + "\ninternal=" + internalServer.getPort() + "\napi=" + apiPort() + "\n";
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(temporary, text);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartException(ExitCode.FAILURE, "port-file " + file + ": " + e.getMessage(), e);
    }
  }
}
