package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.Condition;
import io.headgate.controlplane.store.DiskCopy;
import io.headgate.controlplane.store.Election;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.FleetWatch;
import io.headgate.controlplane.store.LeaseKeeper;
import io.headgate.controlplane.store.StoreState;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica's whole dealings with etcd: what it holds, whether it answers, and everything that
 * may be written.
 *
 * <p>Thread: any; writes and reads that say so block for as long as etcd takes, at most its request
 * timeout.
 */
public final class FleetStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetStore.class);
  private static final long TICK_MILLIS = 1_000;
  private static final long HOUSEKEEPING_MINUTES = 10;
  private static final String HELD_END = "headgate restore --from-image, or headgate accept-etcd";

  private final StoreSettings settings;
  private final Member self;
  private final ValueReader reader = new CodecReader();
  private final Keyspace keys = new Keyspace();
  private final ScheduledExecutorService loop;
  private final ScheduledExecutorService chores;
  private final DiskCopy disk;
  private final LeaseKeeper keeper;
  private final Election election;
  private final FleetWatch watch;
  private final Loader loader;
  private final AuditLog audit;
  private final ConfigWriter writer;
  private final Recovery recovery;

  /**
   * Makes the parts; nothing runs before {@link #start}.
   *
   * @param check what a value must also pass before it is accepted
   * @param publishers called in this order with each new image
   * @throws IOException when the directory of the disk copy cannot be made
   */
  public FleetStore(
      StoreSettings settings, CandidateCheck check, List<ImagePublisher> publishers, Clock clock)
      throws IOException {
    this.settings = settings;
    this.self = new Member(settings.replicaId(), settings.address(), clock.instant());
    this.loop = thread("headgate-loader");
    this.chores = thread("headgate-chores");
    this.disk = new DiskCopy(settings.directory());
    this.keeper = new LeaseKeeper(this::connection, settings.lease());
    this.election = new Election(settings.replicaId(), keeper, this::connection, this::isLive);
    this.audit = new AuditLog(this::connection, clock);
    LeaderDuties duties = new LeaderDuties(election, this::connection, audit, chores);
    HostAssembler hosts = new HostAssembler(keys, reader);
    ObjectAssembler objects = new ObjectAssembler(keys, reader, check);
    ExpiryDuty expiry =
        new ExpiryDuty(
            settings.replicaId(),
            keys,
            hosts,
            new ExpiryGuard(keys, hosts, System::nanoTime),
            duties,
            this::connection);
    this.loader =
        new Loader(
            new Loader.Parts(
                keys,
                new ImageAssembler(keys, reader, objects, hosts),
                hosts,
                objects,
                expiry,
                duties,
                disk),
            clock,
            publishers,
            this::stateChanged);
    this.watch =
        new FleetWatch(settings.etcd(), settings.timing(), settings.replicaId(), loop, loader);
    this.writer = new ConfigWriter(this::connection, loader::state, loader::image, check, audit);
    this.recovery = new Recovery(this::connection, loader::state, keys, audit);
    Housekeeping housekeeping =
        new Housekeeping(election, this::connection, clock, Housekeeping.MAX_ENTRIES_PER_OBJECT);
    var _ =
        chores.scheduleWithFixedDelay(housekeeping::run, 1, HOUSEKEEPING_MINUTES, TimeUnit.MINUTES);
  }

  /** Reads the disk copy and begins to follow etcd. */
  public void start() {
    loop.execute(loader::readDisk);
    watch.start();
    keeper.start();
    var _ =
        loop.schedule(loader::publishDisk, settings.diskGrace().toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The image in force. */
  public ConfigImage image() {
    return loader.image();
  }

  public StoreHealth health() {
    StoreState state = loader.state();
    Provenance provenance = loader.image().provenance();
    if (!loader.isPublished()) {
      return new StoreHealth(
          StoreHealth.State.STARTING, Provenance.NONE, state.since(), state.reason(), "");
    }
    return switch (state) {
      case StoreState.Live live ->
          new StoreHealth(StoreHealth.State.LIVE, provenance, live.since(), "", "");
      case StoreState.Connecting away ->
          new StoreHealth(StoreHealth.State.DISK, provenance, away.since(), away.reason(), "");
      case StoreState.Held held ->
          new StoreHealth(
              StoreHealth.State.HELD, provenance, held.since(), held.reason(), HELD_END);
    };
  }

  /** The replicas that are registered, as etcd last said. */
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (StoredValue value : keys.under(Member.PREFIX)) {
      Member.parse(value).ifPresent(members::add);
    }
    return members;
  }

  /** This replica. */
  public Member self() {
    return self;
  }

  /** The id of the replica that leads, as etcd last said. */
  public Optional<String> leader() {
    return keys.get(Election.KEY).map(StoredValue::value);
  }

  /** Whether this replica leads. A hint: what it writes as leader is fenced. */
  public boolean isLeader() {
    return election.isLeader();
  }

  /** The newest value of a config object; empty when there is none and none is accepted. */
  public Optional<AskedValue> asked(ObjectKey key) {
    ConfigImage image = image();
    Optional<StoredValue> value = keys.get(FleetKey.of(key).path());
    Optional<io.headgate.controlplane.image.AcceptedObject> accepted =
        Optional.ofNullable(image.objects().get(key));
    if (value.isEmpty() && accepted.isEmpty()) {
      return Optional.empty();
    }
    Optional<FleetObject> object =
        value.flatMap(stored ->
            reader.object(key, stored.value()) instanceof Checked.Valid<FleetObject>(var read)
                ? Optional.of(read)
                : Optional.empty());
    return Optional.of(
        new AskedValue(
            key,
            value.map(StoredValue::modRevision).orElse(0L),
            object,
            value.map(StoredValue::value).orElse(""),
            accepted,
            Optional.ofNullable(image.holds().get(FleetKey.of(key).path()))));
  }

  /** The keys of all config objects that were asked for or are accepted, sorted. */
  public List<ObjectKey> askedKeys() {
    TreeSet<ObjectKey> found = new TreeSet<>(image().objects().keySet());
    for (StoredValue value : keys.under("config/")) {
      if (FleetKey.parse(value.key()).orElse(null) instanceof FleetKey.Config(ObjectKey key)) {
        found.add(key);
      }
    }
    return List.copyOf(found);
  }

  /** The revision of the newest value of a key relative to the prefix, 0 for none. */
  public long revisionOf(String key) {
    return keys.get(key).map(StoredValue::modRevision).orElse(0L);
  }

  public ConfigWriter writer() {
    return writer;
  }

  public AuditLog audit() {
    return audit;
  }

  public Recovery recovery() {
    return recovery;
  }

  /**
   * Writes the feedback loop's weights for a service, if this replica leads. Blocks.
   *
   * @return a conflict when it does not lead
   */
  public WriteResult writeWeights(ObjectKey service, ServiceWeights weights) {
    Optional<Condition> fence = election.fence();
    Optional<EtcdConnection> connection = connection();
    if (connection.isEmpty()) {
      return new WriteResult.Unavailable(loader.state().reason());
    }
    if (fence.isEmpty()) {
      return new WriteResult.Conflict(0);
    }
    String key = new FleetKey.Weights(service.namespace(), service.name()).path();
    return connection
        .get()
        .commit(List.of(fence.get()), List.of(Write.put(key, WeightsDocument.encode(weights))));
  }

  /** Ends leadership and membership, the watch and the threads; the last state is on disk then. */
  @Override
  public void close() {
    keeper.close();
    watch.close();
    loop.shutdown();
    chores.shutdownNow();
    try {
      if (!loop.awaitTermination(5, TimeUnit.SECONDS)
          || !chores.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the loader did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disk.close();
  }

  private Optional<EtcdConnection> connection() {
    return watch.connection();
  }

  private boolean isLive() {
    return loader.state() instanceof StoreState.Live;
  }

  private void stateChanged(StoreState state) {
    switch (state) {
      case StoreState.Live _, StoreState.Held _ -> {
        keeper.keep(Member.PREFIX + self.id(), self.encode());
        keeper.hurry();
      }
      case StoreState.Connecting _ -> {}
    }
  }

  private void tick() {
    try {
      loader.tick();
      if (isLive() && leader().isEmpty()) {
        keeper.hurry();
      }
    } catch (RuntimeException e) {
      LOG.error("the loader's tick failed", e);
    }
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }
}
