package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.GatewayConditions;
import io.headgate.controlplane.compile.condition.ListenerConflicts;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.compile.condition.ListenerStates;
import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whose a port is on proxies that serve several gateways: a proxy has each port once, for one
 * gateway. The oldest that wants it has it, else the first by namespace and name, so that a new
 * gateway never takes a port away.
 *
 * <p>Thread: immutable.
 */
public final class SharedPorts {
  private final CompiledFleet fleet;

  /** Of a fleet. */
  public SharedPorts(CompiledFleet fleet) {
    this.fleet = fleet;
  }

  /** The gateways that are ours, each before those that it takes precedence over. */
  public List<ObjectKey> precedence() {
    return fleet.gateways().keySet().stream()
        .sorted(
            Comparator.<ObjectKey>comparingLong(key -> fleet.image().created(key))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * The listeners of a gateway, as they are where proxies serve it.
   *
   * @param together which gateways the proxies of a group serve, for each group that serves this
   */
  public List<ListenerState> listeners(
      ObjectKey gateway, Collection<Predicate<ObjectKey>> together) {
    Map<Integer, ObjectKey> taken = taken(gateway, together);
    Map<String, Gateway.Listener> byName = new HashMap<>();
    object(gateway).forEach(listener -> byName.put(listener.name(), listener));
    List<ListenerState> states = new ArrayList<>();
    for (ListenerState state : fleet.listeners(gateway)) {
      Gateway.Listener listener = byName.get(state.name());
      ObjectKey owner = listener == null ? null : taken.get(listener.port());
      states.add(
          listener == null || owner == null || state.is(Condition.Type.CONFLICTED)
              ? state
              : ListenerStates.ofTakenPort(
                  state,
                  reason(listener, object(owner)),
                  "port %d belongs to %s, which is older or first, on proxies that serve both"
                      .formatted(listener.port(), owner)));
    }
    return states;
  }

  /** Accepted and Programmed of a gateway whose listeners are these; empty for one not ours. */
  public List<Condition> conditions(ObjectKey gateway, List<ListenerState> states) {
    return fleet
        .image()
        .object(gateway, Gateway.class)
        .map(object -> GatewayConditions.of(object, states))
        .orElse(List.of());
  }

  private Map<Integer, ObjectKey> taken(
      ObjectKey gateway, Collection<Predicate<ObjectKey>> together) {
    Map<Integer, ObjectKey> taken = new HashMap<>();
    List<ObjectKey> order = precedence();
    for (ObjectKey other : order.subList(0, Math.max(0, order.indexOf(gateway)))) {
      if (together.stream().anyMatch(group -> group.test(other))) {
        ports(other).forEach(port -> taken.putIfAbsent(port, other));
      }
    }
    return taken;
  }

  private Set<Integer> ports(ObjectKey gateway) {
    return Optional.ofNullable(fleet.gateways().get(gateway))
        .map(compiled -> compiled.listeners().keySet())
        .orElse(new HashSet<>());
  }

  private List<Gateway.Listener> object(ObjectKey gateway) {
    return fleet.image().object(gateway, Gateway.class).map(Gateway::listeners).orElse(List.of());
  }

  private static String reason(Gateway.Listener listener, List<Gateway.Listener> others) {
    List<Gateway.Listener> samePort =
        others.stream().filter(other -> other.port() == listener.port()).toList();
    if (samePort.stream().anyMatch(other -> other.protocol() != listener.protocol())) {
      return ListenerConflicts.PROTOCOL;
    }
    return samePort.stream().anyMatch(o -> Hostnames.name(o).equals(Hostnames.name(listener)))
        ? ListenerConflicts.HOSTNAME
        : "";
  }
}
