package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.store.Change;
import io.headgate.controlplane.store.DiskCopy;
import io.headgate.controlplane.store.Incarnation;
import io.headgate.controlplane.store.Listing;
import io.headgate.controlplane.store.StoreState;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.WatchReceiver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an image of what etcd says and hands it on: keyspace → judgement of expired hosts → edit →
 * image → publishers → disk.
 *
 * <p>The state read from disk waits unpublished until etcd has had its chance: a replica that
 * publishes an older image first would take back what proxies serve.
 *
 * <p>Thread: the loader's loop, but for {@link #image}, {@link #position} and {@link #state}.
 */
final class Loader implements WatchReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

  /** The disk copy's age is known to this at worst. */
  private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

  private final Parts parts;
  private final Clock clock;
  private final List<ImagePublisher> publishers;
  private final Consumer<StoreState> stateListener;
  private volatile ConfigImage image = ConfigImage.EMPTY;
  private volatile @Nullable Position position;
  private volatile StoreState state;
  private volatile boolean published;
  private Instant saved = Instant.EPOCH;

  /**
   * What the loader works with; all of it confined to the loader's thread but for the keyspace's
   * readers.
   */
  record Parts(
      Keyspace keys,
      ImageAssembler assembler,
      HostAssembler hosts,
      ObjectAssembler objects,
      ExpiryDuty expiry,
      LeaderDuties duties,
      DiskCopy disk) {}

  Loader(
      Parts parts,
      Clock clock,
      List<ImagePublisher> publishers,
      Consumer<StoreState> stateListener) {
    this.parts = parts;
    this.clock = clock;
    this.publishers = List.copyOf(publishers);
    this.stateListener = stateListener;
    this.state = new StoreState.Connecting(clock.instant(), "not connected yet");
  }

  /** The newest image. Any thread. */
  ConfigImage image() {
    return image;
  }

  /** Any thread. */
  StoreState state() {
    return state;
  }

  /** Whether anything was published yet. Any thread. */
  boolean isPublished() {
    return published;
  }

  @Override
  public Optional<Position> position() {
    return Optional.ofNullable(position);
  }

  /** Reads the disk copy; publishes nothing. Before the watch starts. */
  void readDisk() {
    parts
        .disk()
        .load()
        .ifPresent(loaded -> {
          DiskCopy.State copy = loaded.state();
          position = new Position(copy.incarnation(), copy.revision());
          Set<String> keys = parts.keys().replace(copy.values()).navigableKeySet();
          image =
              parts
                  .assembler()
                  .assemble(image, keys, clock.instant())
                  .finish(
                      new Provenance(
                          copy.incarnation(),
                          copy.revision(),
                          copy.confirmed(),
                          Provenance.Source.DISK));
          LOG.info(
              "disk copy read file={} revision={} confirmed={} problem=\"{}\"",
              loaded.file(),
              copy.revision(),
              copy.confirmed(),
              loaded.problem());
        });
  }

  /** Etcd had its chance: the disk copy, if there is one, is better than nothing. */
  void publishDisk() {
    if (!published && image.provenance().source() == Provenance.Source.DISK) {
      LOG.warn("serving from the disk copy confirmed={}", image.provenance().time());
      publish(ConfigDelta.NONE);
    }
  }

  @Override
  public void listed(String incarnation, Listing listing) {
    Position before = position;
    NavigableMap<String, Optional<StoredValue>> changed = parts.keys().replace(listing.values());
    position = new Position(incarnation, listing.revision());
    boolean sameEtcd = before != null && before.incarnation().equals(incarnation);
    if (sameEtcd && !parts.expiry().othersWatch()) {
      // Nobody saw these hosts go; with an operator's decision or another witness what etcd says
      // counts.
      parts.expiry().judge(deleted(changed), image, clock.instant());
    }
    apply(changed.navigableKeySet(), fromEtcd(clock.instant()));
  }

  @Override
  public void changed(long revision, List<Change> changes) {
    Position current = position;
    if (current == null) {
      throw new IllegalStateException("changes before the first listing");
    }
    NavigableMap<String, Optional<StoredValue>> before = new TreeMap<>();
    for (Change change : changes) {
      if (Keyspace.isKept(change.key())) {
        Optional<StoredValue> last =
            switch (change) {
              case Change.Put(StoredValue value) -> parts.keys().put(value);
              case Change.Delete(String key, long _) -> parts.keys().remove(key);
            };
        before.putIfAbsent(change.key(), last);
      }
    }
    position = new Position(current.incarnation(), Math.max(current.revision(), revision));
    parts.expiry().judge(deleted(before), image, clock.instant());
    remember(before);
    apply(before.navigableKeySet(), fromEtcd(clock.instant()));
  }

  @Override
  public void stateChanged(StoreState next) {
    state = next;
    if (next instanceof StoreState.Held) {
      publishDisk();
    }
    stateListener.accept(next);
  }

  /**
   * What time alone changes: expired objects and overrides, holds that may end, duties that a new
   * leader takes up.
   */
  void tick() {
    Instant now = clock.instant();
    Set<String> due = new TreeSet<>();
    image
        .objects()
        .forEach((key, object) -> {
          if (object.object().metadata().expiredAt(now)) {
            due.add(ObjectAssembler.accepted(key));
          }
        });
    image
        .overrides()
        .forEach((host, word) -> {
          if (word.metadata().expiredAt(now)) {
            due.add("overrides/" + host);
          }
        });
    if (!due.isEmpty()) {
      // Nothing new from etcd: where the image comes from and when that was stays as it is.
      apply(due, image.provenance());
    }
    if (state instanceof StoreState.Live) {
      parts.expiry().tend();
      tidy();
      parts.duties().accept(List.copyOf(parts.objects().acceptable().values()), parts.keys());
      confirm(now);
    }
  }

  private void confirm(Instant now) {
    if (image.provenance().source() == Provenance.Source.ETCD) {
      image = image.from(fromEtcd(now));
      if (saved.plus(SAVE_EVERY).isBefore(now)) {
        save();
      }
    }
  }

  private Provenance fromEtcd(Instant now) {
    Position current = position().orElseThrow();
    return new Provenance(current.incarnation(), current.revision(), now, Provenance.Source.ETCD);
  }

  private void apply(Set<String> changed, Provenance provenance) {
    boolean moved = image.provenance().source() != provenance.source();
    ImageEdit edit = parts.assembler().assemble(image, configOf(changed), clock.instant());
    image = edit.finish(provenance);
    if (moved || changed.stream().anyMatch(Keyspace::isConfig)) {
      publish(edit.delta());
      save();
    }
    parts.duties().accept(List.copyOf(parts.objects().acceptable().values()), parts.keys());
  }

  /** Deletes remembered values whose broken successor is gone or healed. */
  private void tidy() {
    for (StoredValue value : parts.keys().under(HostAssembler.LAST_GOOD)) {
      String about = value.key().substring(HostAssembler.LAST_GOOD.length());
      if (!parts.keys().get(about).map(parts.assembler()::isBroken).orElse(false)) {
        parts.duties().tidy(value, "forgot the last good value of " + about);
      }
    }
  }

  private void publish(ConfigDelta delta) {
    ConfigImage current = image;
    ConfigDelta told = published ? delta : everything(current);
    published = true;
    for (ImagePublisher publisher : publishers) {
      try {
        publisher.publish(current, told);
      } catch (RuntimeException e) {
        LOG.error("publisher failed revision={}", current.provenance().revision(), e);
      }
    }
  }

  /** Has the state written to disk. */
  void save() {
    Position current = position;
    saved = clock.instant();
    if (current != null) {
      List<StoredValue> values = new ArrayList<>();
      for (StoredValue value : parts.keys().all()) {
        if (Keyspace.isConfig(value.key()) || value.key().equals(Incarnation.KEY)) {
          values.add(value);
        }
      }
      parts
          .disk()
          .offer(
              new DiskCopy.State(
                  current.incarnation(), current.revision(), image.provenance().time(), values));
    }
  }

  private static ConfigDelta everything(ConfigImage image) {
    TreeSet<io.headgate.fleet.ObjectKey> services = new TreeSet<>(image.services().keySet());
    services.addAll(image.weights().keySet());
    image.overrides().keySet().forEach(host -> services.add(host.serviceKey()));
    return new ConfigDelta(
        new TreeSet<>(image.objects().keySet()), services, new TreeSet<>(image.holds().keySet()));
  }

  private Map<String, StoredValue> deleted(NavigableMap<String, Optional<StoredValue>> before) {
    Map<String, StoredValue> gone = new TreeMap<>();
    before.forEach((key, value) -> {
      if (value.isPresent() && parts.keys().get(key).isEmpty()) {
        gone.put(key, value.get());
      }
    });
    return gone;
  }

  /** A broken value replaced a good one: has the good one kept where later replicas find it. */
  private void remember(NavigableMap<String, Optional<StoredValue>> before) {
    before.forEach((key, last) -> {
      Optional<StoredValue> now = parts.keys().get(key);
      if (last.isPresent()
          && now.isPresent()
          && parts.assembler().isBroken(now.get())
          && !parts.assembler().isBroken(last.get())) {
        parts.duties().remember(now.get(), last.get());
      }
    });
  }

  private static Set<String> configOf(Set<String> changed) {
    Set<String> config = new TreeSet<>(changed);
    config.removeIf(key -> !Keyspace.isConfig(key));
    return config;
  }
}
