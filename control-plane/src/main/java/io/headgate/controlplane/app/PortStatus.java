package io.headgate.controlplane.app;

import io.headgate.controlplane.api.Statuses;
import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.SharedPorts;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Conditions of gateways and their listeners, seen together with the proxies that are there: two
 * gateways may have the same port as long as no proxy serves both. While no proxy is connected,
 * proxies are taken to serve all gateways, as one does that names none.
 *
 * <p>Thread: any.
 *
 * @param derived what follows from the config alone
 * @param fleet the config as it was compiled last
 * @param proxies the proxies as they are now
 */
record PortStatus(
    Statuses derived,
    Supplier<Optional<CompiledFleet>> fleet,
    Supplier<? extends Iterable<ProxyStatus>> proxies)
    implements Statuses {

  @Override
  public List<Condition> conditions(ObjectKey key) {
    List<Condition> conditions = derived.conditions(key);
    if (key.kind() != Kind.GATEWAY) {
      return conditions;
    }
    List<ListenerState> states = listeners(key);
    if (states.equals(derived.listeners(key))) {
      return conditions;
    }
    List<Condition> seen =
        new ArrayList<>(conditions.stream().filter(c -> !c.about().isEmpty()).toList());
    fleet.get().ifPresent(f -> seen.addAll(new SharedPorts(f).conditions(key, states)));
    return seen;
  }

  @Override
  public List<ObjectKey> gatewaysOf(ObjectKey service) {
    return derived.gatewaysOf(service);
  }

  @Override
  public List<ListenerState> listeners(ObjectKey gateway) {
    return fleet
        .get()
        .map(f -> new SharedPorts(f).listeners(gateway, groupsOf(gateway)))
        .orElse(derived.listeners(gateway));
  }

  /** What the connected proxies of a gateway serve besides. */
  private List<Predicate<ObjectKey>> groupsOf(ObjectKey gateway) {
    Set<List<String>> connected = new HashSet<>();
    for (ProxyStatus proxy : proxies.get()) {
      if (proxy.presence().connected()) {
        connected.add(proxy.identity().gateways());
      }
    }
    if (connected.isEmpty()) {
      connected.add(List.of());
    }
    return connected.stream().map(PortStatus::serves).filter(group -> group.test(gateway)).toList();
  }

  private static Predicate<ObjectKey> serves(List<String> gateways) {
    return key -> gateways.isEmpty() || gateways.contains(key.namespace() + "/" + key.name());
  }
}
