package io.headgate.controlplane.compile.condition;

import io.headgate.fleet.Kind;
import java.util.List;

/**
 * What is to be said of one listener of a gateway.
 *
 * @param attachedRoutes routes that it accepts
 * @param supportedKinds kinds of routes that it takes
 * @param conditions Accepted, Conflicted, ResolvedRefs and Programmed
 */
public record ListenerState(
    String name, int attachedRoutes, List<Kind> supportedKinds, List<Condition> conditions) {
  public ListenerState {
    supportedKinds = List.copyOf(supportedKinds);
    conditions = List.copyOf(conditions);
  }

  /** Whether a condition holds. */
  public boolean is(Condition.Type type) {
    return conditions.stream().anyMatch(condition -> condition.type() == type && condition.holds());
  }

  /** Whether nothing is wrong with it. */
  boolean isFine() {
    return conditions.stream().allMatch(c -> c.holds() != (c.type() == Condition.Type.CONFLICTED));
  }
}
