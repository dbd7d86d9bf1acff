package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.FleetCompiler;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.image.Provenance;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles each image, encodes what changed, and keeps the newest snapshot of every group that
 * somebody follows.
 *
 * <p>Thread: {@link #publish} on the loader's thread; everything else on any. There is no lock that
 * all streams share.
 */
public final class SnapshotStore implements ImagePublisher, SnapshotSource {
  private static final Logger log = LoggerFactory.getLogger(SnapshotStore.class);

  private final FleetCompiler compiler;
  private final Map<Selection, GroupState> groups = new ConcurrentHashMap<>();
  private volatile GroupState.@Nullable Published published;

  /** Whether an image was not compiled to the end; confined to the loader's thread. */
  private boolean missed;

  /** A store whose values the proxies' own decoder has to accept. */
  public SnapshotStore() {
    this(DecoderCheck.INSTANCE);
  }

  SnapshotStore(ValueCheck check) {
    this.compiler = new FleetCompiler(check);
  }

  @Override
  public void publish(ConfigImage image, ConfigDelta delta) {
    long start = System.nanoTime();
    GroupState.Published before = published;
    boolean full = before == null || missed;
    missed =
        true; // until this image is through: what a failure leaves out is made up for by the next
    CompiledFleet fleet =
        before == null || full
            ? compiler.compile(image)
            : compiler.compile(before.fleet(), image, delta);
    Library library = Library.of(fleet, before == null ? Library.EMPTY : before.library());
    missed = false;
    Provenance provenance = image.provenance();
    GroupState.Published next =
        new GroupState.Published(
            before == null ? 1 : before.sequence() + 1,
            new Origin(provenance.incarnation(), provenance.revision()),
            fleet,
            library,
            full);
    published = next;
    groups.values().forEach(group -> group.update(next));
    CompiledFleet.Rebuilt rebuilt = fleet.rebuilt();
    log.debug(
        "published revision={} clusters={} endpoints={} gateways={} groups={} micros={}",
        provenance.revision(),
        rebuilt.clusters(),
        rebuilt.endpoints(),
        rebuilt.gateways(),
        groups.size(),
        (System.nanoTime() - start) / 1_000);
    fleet
        .problems()
        .forEach((key, problems) -> {
          if (before == null || !problems.equals(before.fleet().problems().get(key))) {
            problems.forEach(p ->
                log.warn(
                    "left out of the config object={} problem=\"{}\"", p.object(), p.violation()));
          }
        });
  }

  @Override
  public Subscription follow(NodeGroup group, Runnable onChange) {
    Selection selection = Selection.of(group);
    Runnable follower = new Follower(onChange);
    GroupState state =
        groups.compute(
            selection,
            (key, existing) -> {
              GroupState kept = existing == null ? new GroupState(key) : existing;
              kept.add(follower);
              return kept;
            });
    GroupState.Published now = published;
    if (now != null) {
      state.update(now);
    }
    return new Subscription() {
      @Override
      public GroupSnapshot current() {
        return state.snapshot();
      }

      @Override
      public void close() {
        groups.computeIfPresent(
            selection, (key, existing) -> existing.remove(follower) ? null : existing);
      }
    };
  }

  /** A follower that is equal to itself alone, whatever was given. */
  private static final class Follower implements Runnable {
    private final Runnable onChange;

    private Follower(Runnable onChange) {
      this.onChange = onChange;
    }

    @Override
    public void run() {
      onChange.run();
    }
  }

  /** What a group has now, whether anybody follows it or not. */
  public GroupSnapshot current(NodeGroup group) {
    Selection selection = Selection.of(group);
    GroupState followed = groups.get(selection);
    if (followed != null) {
      return followed.snapshot();
    }
    GroupState.Published now = published;
    if (now == null) {
      return GroupSnapshot.EMPTY;
    }
    GroupState once = new GroupState(selection);
    once.update(now);
    return once.snapshot();
  }

  /** The fleet as it was compiled last; nothing before the first image. */
  public Optional<CompiledFleet> fleet() {
    return Optional.ofNullable(published).map(GroupState.Published::fleet);
  }

  /** The revision that was published last. */
  public Origin origin() {
    GroupState.Published now = published;
    return now == null ? Origin.NONE : now.origin();
  }
}
