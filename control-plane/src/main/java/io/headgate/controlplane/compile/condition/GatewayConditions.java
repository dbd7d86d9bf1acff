package io.headgate.controlplane.compile.condition;

import io.headgate.fleet.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What follows for a gateway from the state of its listeners.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code GatewayStatus.conditions}.
 */
public final class GatewayConditions {
  private static final String NOT_VALID = "ListenersNotValid";

  private GatewayConditions() {}

  /** Accepted and Programmed. */
  public static List<Condition> of(Gateway gateway, List<ListenerState> states) {
    Map<String, ListenerState> byName =
        states.stream().collect(Collectors.toMap(ListenerState::name, Function.identity()));
    Set<Integer> missing = new TreeSet<>();
    Set<Integer> served = new TreeSet<>();
    List<String> bad = new ArrayList<>();
    for (Gateway.Listener listener : gateway.listeners()) {
      ListenerState state = byName.get(listener.name());
      boolean programmed = state != null && state.is(Condition.Type.PROGRAMMED);
      (programmed ? served : missing).add(listener.port());
      if (state == null || !state.isFine()) {
        bad.add(listener.name());
      }
    }
    missing.removeAll(served);
    Condition accepted =
        bad.isEmpty()
            ? Condition.yes(Condition.Type.ACCEPTED, "")
            : new Condition(
                Condition.Type.ACCEPTED,
                !served.isEmpty(),
                "",
                NOT_VALID,
                "listeners that are at fault, see their conditions: " + String.join(", ", bad));
    Condition programmed =
        missing.isEmpty()
            ? Condition.yes(Condition.Type.PROGRAMMED, "")
            : Condition.no(
                Condition.Type.PROGRAMMED, "", "Invalid", "ports that are not served: " + missing);
    return List.of(accepted, programmed);
  }
}
