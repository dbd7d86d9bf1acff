package io.headgate.controlplane.compile;

import io.headgate.fleet.Gateway;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a listener.
 *
 * <p>Listeners that want the same port and host, or a port by two protocols, never get here: such a
 * gateway is refused when it is written.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, ListenerStatus.
 */
final class ListenerStates {
  private ListenerStates() {}

  /**
   * The state of one listener.
   *
   * @param unresolved what is wrong with its certificates
   * @param served whether proxies get its port
   */
  static ListenerState of(
      Gateway.Listener listener, int routes, Optional<Condition> unresolved, boolean served) {
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
    boolean programmed = served && unresolved.isEmpty();
    return new ListenerState(
        name,
        routes,
        RouteKinds.taken(listener),
        List.of(
            Condition.yes(Condition.Type.ACCEPTED, name),
            Condition.no(Condition.Type.CONFLICTED, name, "NoConflicts", ""),
            resolved,
            programmed
                ? Condition.yes(Condition.Type.PROGRAMMED, name)
                : Condition.no(
                    Condition.Type.PROGRAMMED,
                    name,
                    "Invalid",
                    unresolved.map(Condition::message).orElse("proxies would refuse it"))));
  }
}
