package io.headgate.controlplane.compile.policy;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.TargetRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one kind by what they govern.
 *
 * <p>Of two policies with the same target the first in the given order wins.
 *
 * <p>Thread: immutable once made.
 */
public final class PolicyTargets<P extends FleetObject> {
  private final Map<TargetRef, P> winners = new HashMap<>();

  /**
   * Indexes policies.
   *
   * @param policies in order of precedence
   */
  PolicyTargets(Collection<P> policies, Function<P, List<TargetRef>> targets) {
    for (P policy : policies) {
      for (TargetRef target : targets.apply(policy)) {
        winners.putIfAbsent(target, policy);
      }
    }
  }

  /** The policy for a part of an object: the part's own, else the whole object's. */
  public Optional<P> at(ObjectKey object, @Nullable String section) {
    P own = section == null ? null : winners.get(new TargetRef(object, section));
    return Optional.ofNullable(own != null ? own : winners.get(new TargetRef(object, null)));
  }

  /** The policy with exactly this target. */
  public Optional<P> winner(TargetRef target) {
    return Optional.ofNullable(winners.get(target));
  }
}
