package io.headgate.controlplane.compile.condition;

import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.fleet.Gateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which listeners of a gateway a request cannot be told apart for: those that want one port by
 * several protocols, and those that want the same hosts of a port. None of them wins; the others
 * serve.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code GatewaySpec.listeners}, handling indistinct
 * listeners.
 */
public final class ListenerConflicts {
  public static final String PROTOCOL = "ProtocolConflict";
  public static final String HOSTNAME = "HostnameConflict";

  private ListenerConflicts() {}

  /** What is to be said of the listeners that conflict, by their names. */
  public static Map<String, Condition> of(Gateway gateway) {
    Map<Integer, List<Gateway.Listener>> ports = new TreeMap<>();
    gateway
        .listeners()
        .forEach(l -> ports.computeIfAbsent(l.port(), port -> new ArrayList<>()).add(l));
    Map<String, Condition> conflicts = new HashMap<>();
    ports.forEach((port, onPort) -> {
      if (onPort.stream().map(Gateway.Listener::protocol).distinct().count() > 1) {
        say(conflicts, onPort, PROTOCOL, "want port " + port + " by different protocols");
        return;
      }
      onPort.stream()
          .collect(Collectors.groupingBy(Hostnames::name))
          .forEach((host, same) -> {
            if (same.size() > 1) {
              say(conflicts, same, HOSTNAME, "want the same hosts of port " + port + ", " + host);
            }
          });
    });
    return conflicts;
  }

  private static void say(
      Map<String, Condition> to, List<Gateway.Listener> listeners, String reason, String message) {
    String names =
        listeners.stream().map(Gateway.Listener::name).sorted().collect(Collectors.joining(", "));
    for (Gateway.Listener listener : listeners) {
      to.put(
          listener.name(),
          new Condition(
              Condition.Type.CONFLICTED,
              true,
              listener.name(),
              reason,
              "the listeners " + names + " " + message));
    }
  }
}
