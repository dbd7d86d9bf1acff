package io.headgate.controlplane.app;

import io.headgate.controlplane.api.Statuses;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Conditions of objects, seen together with the proxies that are there: a policy with parts that
 * Envoy lacks says which proxies do not carry them out.
 *
 * <p>Thread: any.
 *
 * @param derived what follows from the config alone
 * @param object looks up an accepted object
 * @param proxies the fleet as it is now
 */
record PolicyStatus(
    Statuses derived,
    Function<ObjectKey, Optional<FleetObject>> object,
    Supplier<? extends Iterable<ProxyStatus>> proxies)
    implements Statuses {
  private static final String OWN_CLIENT = "headgate";

  /** So many proxies are named; the rest are counted. */
  private static final int MAX_NAMES = 5;

  @Override
  public List<Condition> conditions(ObjectKey key) {
    List<Condition> conditions = derived.conditions(key);
    if (conditions.stream().noneMatch(c -> c.type() == Condition.Type.ENFORCED)) {
      return conditions;
    }
    List<String> stock = stock(key);
    return stock.isEmpty()
        ? conditions
        : conditions.stream()
            .map(c -> c.type() == Condition.Type.ENFORCED ? notBy(stock, c) : c)
            .toList();
  }

  @Override
  public List<ListenerState> listeners(ObjectKey gateway) {
    return derived.listeners(gateway);
  }

  @Override
  public List<ObjectKey> gatewaysOf(ObjectKey service) {
    return derived.gatewaysOf(service);
  }

  private static Condition notBy(List<String> stock, Condition condition) {
    String names = String.join(", ", stock.subList(0, Math.min(MAX_NAMES, stock.size())));
    String more = stock.size() > MAX_NAMES ? " and " + (stock.size() - MAX_NAMES) + " more" : "";
    return condition.broken(
        "UnsupportedByProxy",
        condition.message() + "; not enforced by " + names + more + ", which get the rest");
  }

  /** Connected proxies of other makes that serve a gateway of the policy. */
  private List<String> stock(ObjectKey key) {
    List<String> gateways =
        object.apply(key).stream()
            .flatMap(PolicyStatus::targets)
            .flatMap(this::gateways)
            .map(gateway -> gateway.namespace() + "/" + gateway.name())
            .toList();
    List<String> names = new ArrayList<>();
    for (ProxyStatus proxy : proxies.get()) {
      ProxyIdentity who = proxy.identity();
      boolean serves =
          who.gateways().isEmpty() || who.gateways().stream().anyMatch(gateways::contains);
      if (proxy.presence().connected() && !who.client().equals(OWN_CLIENT) && serves) {
        names.add((who.nodeId() + " (" + who.client() + " " + who.version()).strip() + ")");
      }
    }
    return names;
  }

  private static Stream<ObjectKey> targets(FleetObject policy) {
    List<TargetRef> targets =
        policy instanceof ClientTrafficPolicy client
            ? client.targets()
            : policy instanceof SecurityPolicy security ? security.targets() : List.of();
    return targets.stream().map(TargetRef::object);
  }

  /** A target that is a route stands for the gateways that it attaches to. */
  private Stream<ObjectKey> gateways(ObjectKey target) {
    return target.kind() == Kind.GATEWAY
        ? Stream.of(target)
        : object.apply(target).stream()
            .filter(RequestRoute.class::isInstance)
            .flatMap(route -> ((RequestRoute) route).parents().stream())
            .map(HttpRoute.ParentRef::gateway);
  }
}
