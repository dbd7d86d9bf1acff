package io.headgate.controlplane.compile.condition;

import io.headgate.controlplane.compile.value.RouteKinds;
import io.headgate.fleet.Gateway;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a listener.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, ListenerStatus.
 */
public final class ListenerStates {
  private ListenerStates() {}

  /**
   * The state of one listener.
   *
   * @param unresolved what is wrong with its certificates
   * @param conflict with which other listeners it is in conflict
   * @param served whether proxies get its port
   */
  public static ListenerState of(
      Gateway.Listener listener,
      int routes,
      Optional<Condition> unresolved,
      Optional<Condition> conflict,
      boolean served) {
    List<String> kinds = RouteKinds.invalid(listener);
    String name = listener.name();
    Condition resolved =
        unresolved.orElse(
            kinds.isEmpty()
                ? Condition.yes(Condition.Type.RESOLVED_REFS, name)
                : Condition.no(
                    Condition.Type.RESOLVED_REFS,
                    name,
                    "InvalidRouteKinds",
                    "no route of protocol %s is a %s"
                        .formatted(listener.protocol(), String.join(", ", kinds))));
    boolean programmed = served && unresolved.isEmpty() && conflict.isEmpty();
    return new ListenerState(
        name,
        routes,
        RouteKinds.taken(listener),
        List.of(
            conflict
                .map(c -> Condition.no(Condition.Type.ACCEPTED, name, c.reason(), c.message()))
                .orElse(Condition.yes(Condition.Type.ACCEPTED, name)),
            conflict.orElse(noConflict(name)),
            resolved,
            programmed
                ? Condition.yes(Condition.Type.PROGRAMMED, name)
                : notProgrammed(
                    name,
                    conflict
                        .or(() -> unresolved)
                        .map(Condition::message)
                        .orElse("proxies would refuse it"))));
  }

  /**
   * The state of a listener whose port another gateway has on the same proxies.
   *
   * @param reason of the conflict; empty when the two listeners could be told apart
   */
  public static ListenerState ofTakenPort(ListenerState state, String reason, String message) {
    String name = state.name();
    return new ListenerState(
        name,
        state.attachedRoutes(),
        state.supportedKinds(),
        state.conditions().stream()
            .map(c ->
                switch (c.type()) {
                  case ACCEPTED -> c.broken(reason.isEmpty() ? "PortUnavailable" : reason, message);
                  case CONFLICTED ->
                      reason.isEmpty()
                          ? noConflict(name)
                          : new Condition(c.type(), true, name, reason, message);
                  case PROGRAMMED -> notProgrammed(name, message);
                  case RESOLVED_REFS, ENFORCED -> c;
                })
            .toList());
  }

  private static Condition noConflict(String name) {
    return Condition.no(Condition.Type.CONFLICTED, name, "NoConflicts", "");
  }

  private static Condition notProgrammed(String name, String message) {
    return Condition.no(Condition.Type.PROGRAMMED, name, "Invalid", message);
  }
}
