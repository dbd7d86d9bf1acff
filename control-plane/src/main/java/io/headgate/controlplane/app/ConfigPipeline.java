package io.headgate.controlplane.app;

import io.headgate.controlplane.api.Statuses;
import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.FleetCompiler;
import io.headgate.controlplane.compile.SemanticCheck;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.controlplane.loader.CandidateCheck;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.SnapshotSource;
import io.headgate.controlplane.snapshot.SnapshotStore;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From image to snapshots, and the dry run of the same: what a value must pass before it is
 * accepted is what compiles it afterwards.
 *
 * <p>Thread: images come on the loader's; the rest is for any.
 */
final class ConfigPipeline implements ImagePublisher, Statuses {
  private final SnapshotStore snapshots = new SnapshotStore();
  private final CompiledFleet nothing =
      new FleetCompiler(DecoderCheck.INSTANCE).compile(ConfigImage.EMPTY);
  private volatile Origin origin = Origin.NONE;
  private final SemanticCheck check = new SemanticCheck(DecoderCheck.INSTANCE);

  @Override
  public void publish(ConfigImage image, ConfigDelta delta) {
    snapshots.publish(image, delta);
    origin = new Origin(image.provenance().incarnation(), image.provenance().revision());
  }

  SnapshotSource snapshots() {
    return snapshots;
  }

  /** What the newest snapshots were compiled from. */
  Origin origin() {
    return origin;
  }

  @Override
  public List<Condition> conditions(ObjectKey key) {
    return snapshots.fleet().map(fleet -> fleet.conditions(key)).orElse(List.of());
  }

  @Override
  public List<ListenerState> listeners(ObjectKey gateway) {
    return snapshots.fleet().map(fleet -> fleet.listeners(gateway)).orElse(List.of());
  }

  @Override
  public List<ObjectKey> gatewaysOf(ObjectKey service) {
    return snapshots.fleet().map(fleet -> fleet.gatewaysOf(service)).orElse(List.of());
  }

  /** The config as it was compiled last; empty before the first. */
  Optional<CompiledFleet> fleet() {
    return snapshots.fleet();
  }

  /** An accepted object. */
  Optional<FleetObject> object(ObjectKey key) {
    return snapshots.fleet().flatMap(fleet -> fleet.image().object(key));
  }

  CandidateCheck check() {
    return (candidate, changed) -> {
      List<FleetObject> objects = new ArrayList<>();
      for (ObjectKey key : changed) {
        candidate.object(key).ifPresent(objects::add);
      }
      return check.check(objects, snapshots.fleet().orElse(nothing));
    };
  }
}
