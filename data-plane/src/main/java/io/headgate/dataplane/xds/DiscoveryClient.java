package io.headgate.dataplane.xds;

import io.headgate.dataplane.xds.lastknowngood.LastKnownGood;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodFiles;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodWriter;
import io.headgate.dataplane.xds.lastknowngood.SavedConfig;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.resource.TypeLedger;
import io.headgate.dataplane.xds.stream.AdsStream;
import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.dataplane.xds.stream.ControlPlaneCycle;
import io.headgate.dataplane.xds.stream.StreamKeeper;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks control planes for what the proxy wants, brings it to the receiver, and falls back to the
 * disk.
 *
 * <p>Start: it connects to a control plane. When none has answered within {@link #DISK_AFTER}, or
 * all have failed, it serves from the last-known-good file, goes on trying, and says so. The same
 * for those types alone to which a replica that is behind gave older answers than the file has.
 *
 * <p>Thread: the xds thread, all methods.
 */
final class DiscoveryClient {
  private static final Logger log = LoggerFactory.getLogger(DiscoveryClient.class);

  /** How long a start waits for the first answer before it reads from disk: 3 s. */
  static final Duration DISK_AFTER = Duration.ofSeconds(3);

  /** A server that is silent this long on an open stream agrees with what is held: 3 s. */
  static final Duration SILENCE_AGREES = Duration.ofSeconds(3);

  private final XdsThread thread;
  private final Ledger ledger;
  private final StreamKeeper keeper;
  private final FetchTimers waits;
  private final XdsMetrics metrics;
  private final SourceTracker source;
  private final Map<ResourceType, Instant> lastUpdate = new EnumMap<>(ResourceType.class);
  private final Set<ResourceType> answeredTypes = EnumSet.noneOf(ResourceType.class);
  private final Set<ResourceType> dirty = EnumSet.noneOf(ResourceType.class);
  private Optional<LastKnownGoodFiles.Found> onDisk = Optional.empty();
  private Optional<LastKnownGood> fallback = Optional.empty();
  private Optional<LastKnownGoodWriter> writer = Optional.empty();
  private Runnable onChange = () -> {};
  private final ResponseJudge judge;
  private boolean saving;
  private boolean answeredOnce;

  /** Before {@link #DISK_AFTER}. */
  private boolean patient = true;

  /** The control plane's answer to some type was older than what is on disk. */
  private boolean behind;

  private boolean flushing;

  /** What the client works with; {@code ledger} and {@code judge} are those of its streams. */
  record Parts(
      XdsThread thread,
      Ledger ledger,
      ResponseJudge judge,
      AdsStream.Opener opener,
      ControlPlaneCycle cycle,
      RandomGenerator random) {}

  DiscoveryClient(Parts parts, ConfigReceiver receiver, XdsMetrics metrics) {
    this.thread = parts.thread();
    this.ledger = parts.ledger();
    this.judge = parts.judge();
    this.metrics = metrics;
    this.source = new SourceTracker(metrics);
    this.waits =
        new FetchTimers(
            thread,
            receiver::settled,
            (type, name) -> {
              metrics.initFetchTimeout(type);
              log.atWarn()
                  .addKeyValue("type", type.label())
                  .addKeyValue("name", name)
                  .log("a resource did not come within its initial fetch timeout");
            });
    this.keeper =
        new StreamKeeper(
            thread, parts.opener(), parts.cycle(), parts.random(), new StreamListener());
  }

  /** To be called before the start: what the fallback is, and where changes are written to. */
  void useDisk(LastKnownGoodFiles.Found found, LastKnownGoodWriter changes) {
    if (!found.problem().isEmpty()) {
      log.atError()
          .addKeyValue("problem", found.problem())
          .addKeyValue("using", found.file().isEmpty() ? "none" : found.file())
          .log("a last-known-good file is corrupt");
    }
    onDisk = Optional.of(found);
    // What was applied before the restart must not be undone by a replica that is behind.
    found
        .config()
        .ifPresent(saved ->
            saved
                .types()
                .forEach(
                    type -> ledger.of(type.type()).resume(type.identifier(), type.resources())));
    writer = Optional.of(changes);
    source.problem(found.problem());
  }

  /** To be called before the start: told whenever something that a report shows has changed. */
  void onChange(Runnable listener) {
    onChange = listener;
  }

  void start() {
    keeper.start();
    if (onDisk.isPresent()) {
      var _ =
          thread.schedule(
              DISK_AFTER,
              () -> {
                patient = false;
                if (!answeredOnce || behind) {
                  fallBack();
                }
              });
    }
  }

  /**
   * Ends for good; completes when {@link StreamKeeper#stop} does and the last change is on disk.
   */
  CompletableFuture<Void> stop() {
    CompletableFuture<Void> written =
        writer
            .map(LastKnownGoodWriter::finish)
            .orElseGet(() -> CompletableFuture.completedFuture(null));
    return CompletableFuture.allOf(keeper.stop(), written);
  }

  /** The start is complete: from now on accepted config goes to disk. */
  void saveFromNow() {
    if (saving) {
      return;
    }
    saving = true;
    boolean received =
        switch (source.current().kind()) {
          case LIVE, RETAINED -> true;
          // What was read is on disk already, unless the newest file has to be replaced.
          case LAST_KNOWN_GOOD -> !source.current().problem().isEmpty();
          case NONE -> false;
        };
    if (received) {
      writer.ifPresent(LastKnownGoodWriter::changed);
    }
  }

  /**
   * Says what is wanted of a type. New names begin to wait; names left out are forgotten.
   *
   * @param timeout of the wait for each new name; zero waits for ever
   */
  void want(ResourceType type, Interest interest, Duration timeout) {
    want(type, interest, (String name) -> timeout);
  }

  /** Says which names are wanted of a type, and how long each is waited for when it is new. */
  void want(ResourceType type, Map<String, Duration> names) {
    want(
        type,
        new Interest.Names(names.keySet()),
        (String name) -> names.getOrDefault(name, Duration.ZERO));
  }

  private void want(ResourceType type, Interest interest, Function<String, Duration> timeout) {
    TypeLedger wanted = ledger.of(type);
    Set<String> before = items(wanted);
    wanted.want(interest);
    Set<String> after = items(wanted);
    for (String name : before) {
      if (!after.contains(name)) {
        waits.forget(type, name);
      }
    }
    for (String name : after) {
      if (!before.contains(name)) {
        waits.begin(type, name, timeout.apply(name));
      }
    }
    dirty.add(type);
    if (!flushing) {
      flushing = true;
      // Later, so that an interest that changes within an update is sent after its ACK.
      thread.execute(this::flush);
    }
  }

  ConfigSource source() {
    return source.current();
  }

  /** When a response of this type was applied last. */
  Optional<Instant> lastUpdate(ResourceType type) {
    return Optional.ofNullable(lastUpdate.get(type));
  }

  Ledger ledger() {
    return ledger;
  }

  private static Set<String> items(TypeLedger wanted) {
    return wanted.wantsAll() ? Set.of(FetchTimers.ALL) : new TreeSet<>(wanted.wantedNames());
  }

  private void flush() {
    flushing = false;
    Set<ResourceType> changed = EnumSet.noneOf(ResourceType.class);
    changed.addAll(dirty);
    dirty.clear();
    for (ResourceType type : changed) {
      keeper.interestChanged(type);
      fromDisk(type);
    }
  }

  private void fallBack() {
    if (fallback.isPresent() || onDisk.isEmpty()) {
      return;
    }
    LastKnownGoodFiles.Found found = onDisk.get();
    if (found.config().isEmpty()) {
      log.atWarn()
          .addKeyValue("problem", found.problem().isEmpty() ? "no file" : found.problem())
          .log("no control plane answers and there is no last-known-good config");
      return;
    }
    SavedConfig saved = found.config().get();
    log.atWarn()
        .addKeyValue("file", found.file())
        .addKeyValue("received_at", saved.receivedAt())
        .log("no control plane answers: serving the last-known-good config");
    source.readFromDisk(saved.receivedAt(), found.file());
    LastKnownGood disk = new LastKnownGood(ledger, judge, saved);
    answeredTypes.forEach(disk::superseded);
    fallback = Optional.of(disk);
    for (ResourceType type : ResourceType.values()) {
      fromDisk(type);
    }
    onChange.run();
  }

  private void fromDisk(ResourceType type) {
    fallback
        .flatMap(disk -> ledger.of(type).wantsNothing() ? Optional.empty() : disk.offer(type))
        .ifPresent(settled -> waits.answered(type, settled));
  }

  private final class StreamListener implements StreamKeeper.Listener {
    private int connections;

    @Override
    public void connected(ControlPlane controlPlane) {
      metrics.connected(true);
      int connection = ++connections;
      // A server that was told what is held, and is silent, has nothing else to send.
      if (ledger.wanted().stream().anyMatch(type -> !type.held().isEmpty())) {
        var _ = thread.schedule(SILENCE_AGREES, () -> silent(connection));
      }
      onChange.run();
    }

    private void silent(int connection) {
      if (connection == connections && keeper.connected()) {
        source.agreed();
        onChange.run();
      }
    }

    @Override
    public void answered(Optional<ResourceType> type, ResponseJudge.Verdict verdict) {
      answeredOnce |= !verdict.stale();
      type.ifPresent(known -> account(known, verdict));
      onChange.run();
    }

    private void account(ResourceType type, ResponseJudge.Verdict verdict) {
      if (verdict.stale()) {
        behind = true;
        if (!patient) {
          fallBack();
        }
      } else {
        answeredTypes.add(type);
        fallback.ifPresent(disk -> disk.superseded(type));
      }
      source.received(thread.now(), verdict.changed() || verdict.error().isEmpty());
      if (verdict.error().isPresent()) {
        metrics.updateRejected(type);
        log.atWarn()
            .addKeyValue("type", type.label())
            .addKeyValue("reason", verdict.error().get().getMessage())
            .log("config refused");
      } else {
        metrics.updateSuccess(type, ledger.of(type).version());
      }
      if (verdict.changed()) {
        lastUpdate.put(type, thread.now());
        if (saving) {
          writer.ifPresent(LastKnownGoodWriter::changed);
        }
      }
      waits.answered(type, verdict.answered());
    }

    @Override
    public void lost(ControlPlane controlPlane, boolean wasConnected, String reason) {
      connections++;
      metrics.connected(false);
      ledger.wanted().forEach(type -> metrics.updateFailure(type.type()));
      source.lost();
      // A start that lost every control plane half-way goes on with what is on disk of the rest.
      if (keeper.exhausted() && !saving) {
        fallBack();
      }
      onChange.run();
    }
  }

  /** Everything that is held, as it goes to disk. */
  SavedConfig held() {
    return new SavedConfig(
        source.current().receivedAt().orElseGet(thread::now),
        ledger.wanted().stream()
            .map(type ->
                new SavedConfig.SavedType(
                    type.type(),
                    type.version(),
                    type.identifier(),
                    List.copyOf(type.held().values())))
            .toList());
  }
}
