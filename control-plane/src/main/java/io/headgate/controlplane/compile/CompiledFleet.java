package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.compile.listener.ClientConditions;
import io.headgate.controlplane.compile.listener.OwnExtensions;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.policy.PolicyTargets;
import io.headgate.controlplane.compile.service.BackendConditions;
import io.headgate.controlplane.compile.tls.BackendTlsConditions;
import io.headgate.controlplane.compile.tls.ClientTlsConditions;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ReferenceGrant;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole fleet compiled, for all gateways; node groups take their part of it.
 *
 * <p>Thread: immutable.
 *
 * @param image what was compiled
 * @param services by service, of all services that there are
 * @param gateways by gateway, of those that are ours
 * @param problems what proxies would refuse, by what was compiled
 * @param rebuilt what had to be compiled since the fleet before
 */
public record CompiledFleet(
    ConfigImage image,
    SortedMap<ObjectKey, CompiledService> services,
    SortedMap<ObjectKey, CompiledGateway> gateways,
    Map<ObjectKey, List<Problem>> problems,
    Rebuilt rebuilt,
    Policies policies) {

  /**
   * How much a change cost.
   *
   * @param clusters clusters made or taken away
   * @param endpoints load assignments made
   * @param gateways gateways made, each with its listeners and routes, or taken away
   */
  public record Rebuilt(int clusters, int endpoints, int gateways) {}

  /** Everything that proxies would refuse. */
  public List<Problem> allProblems() {
    return problems.values().stream().flatMap(List::stream).toList();
  }

  /** What is to be said of an object; nothing for one that is not there. */
  public List<Condition> conditions(ObjectKey key) {
    Optional<FleetObject> object = image.object(key);
    if (object.isEmpty()) {
      return List.of();
    }
    return switch (object.get()) {
      case Gateway gateway -> gateway(gateway);
      case GatewayRoute route -> route(route);
      case ReferenceGrant g -> List.of(Condition.yes(Condition.Type.ACCEPTED, ""));
      case ClientTrafficPolicy policy -> {
        List<Condition> found = targets(key, policy.targets(), policies.client());
        found.addAll(ClientConditions.of(policy, image, policies));
        found.addAll(ClientTlsConditions.of(policy, image));
        yield found;
      }
      case BackendTrafficPolicy policy -> {
        List<Condition> found = targets(key, policy.targets(), policies.backend());
        found.addAll(BackendConditions.of(policy, image));
        yield found;
      }
      case SecurityPolicy policy -> {
        List<Condition> found = targets(key, policy.targets(), policies.security());
        ClientConditions.enforced(OwnExtensions.fields(policy)).ifPresent(found::add);
        yield found;
      }
      case BackendTlsPolicy policy ->
          BackendTlsConditions.of(policy, image, targets(key, policy.targets(), policies.tls()));
      case Service s -> refusals(key);
      case GatewayClass gatewayClass ->
          gatewayClass.isOurs() ? List.of(Condition.yes(Condition.Type.ACCEPTED, "")) : List.of();
      case Secret s -> List.of();
      case ConfigMap c -> List.of();
      case HostOverride o -> List.of();
    };
  }

  private List<Condition> gateway(Gateway gateway) {
    CompiledGateway compiled = gateways.get(gateway.key());
    if (compiled == null) {
      return List.of(
          Condition.no(
              Condition.Type.ACCEPTED,
              "",
              "Pending",
              "class " + gateway.className() + " is not served by Headgate"));
    }
    return compiled.conditions().getOrDefault(gateway.key(), List.of());
  }

  private List<Condition> route(GatewayRoute route) {
    List<Condition> found = new ArrayList<>();
    Set<ObjectKey> seen = new HashSet<>();
    for (HttpRoute.ParentRef parent : route.parents()) {
      CompiledGateway gateway = gateways.get(parent.gateway());
      if (gateway == null) {
        found.add(
            Condition.no(
                Condition.Type.ACCEPTED,
                Condition.about(parent),
                "NoMatchingParent",
                "there is no such gateway of ours"));
      } else if (seen.add(parent.gateway())) {
        found.addAll(gateway.conditions().getOrDefault(route.key(), List.of()));
      }
    }
    return found;
  }

  /** What is to be said of the listeners of a gateway; nothing for one that is not ours. */
  public List<ListenerState> listeners(ObjectKey gateway) {
    CompiledGateway compiled = gateways.get(gateway);
    return compiled == null ? List.of() : compiled.states();
  }

  /** The gateways whose routes name a service. */
  public List<ObjectKey> gatewaysOf(ObjectKey service) {
    return gateways.entrySet().stream()
        .filter(gateway -> gateway.getValue().services().contains(service))
        .map(Map.Entry::getKey)
        .toList();
  }

  private <P extends FleetObject> List<Condition> targets(
      ObjectKey key, List<TargetRef> targets, PolicyTargets<P> winners) {
    List<Condition> found = new ArrayList<>(refusals(key));
    for (TargetRef target : targets) {
      String about = target.object() + (target.section() == null ? "" : "#" + target.section());
      ObjectKey winner = winners.winner(target).map(FleetObject::key).orElse(key);
      Optional<FleetObject> object = image.object(target.object());
      if (object.isEmpty() || !hasSection(object.get(), target.section())) {
        found.add(
            Condition.no(
                Condition.Type.ACCEPTED,
                about,
                "TargetNotFound",
                object.isEmpty() ? "there is no such object" : "it has no such part"));
      } else if (!winner.equals(key)) {
        found.add(
            Condition.no(
                Condition.Type.ACCEPTED,
                about,
                "Conflicted",
                winner + " has the same target and wins"));
      } else if (refusals(key).isEmpty()) {
        found.add(Condition.yes(Condition.Type.ACCEPTED, about));
      }
    }
    return found;
  }

  private static boolean hasSection(FleetObject object, @Nullable String section) {
    return section == null
        || switch (object) {
          case Gateway gateway ->
              gateway.listeners().stream().anyMatch(l -> l.name().equals(section));
          case RequestRoute route -> route.rules().stream().anyMatch(r -> section.equals(r.name()));
          case Service service ->
              service.ports().stream()
                  .anyMatch(port ->
                      port.name().equals(section)
                          || Integer.toString(port.number()).equals(section));
          case GatewayClass g -> false;
          case ConnectionRoute r -> false;
          case ReferenceGrant g -> false;
          case ClientTrafficPolicy p -> false;
          case BackendTrafficPolicy p -> false;
          case SecurityPolicy p -> false;
          case BackendTlsPolicy p -> false;
          case Secret s -> false;
          case ConfigMap c -> false;
          case HostOverride o -> false;
        };
  }

  private List<Condition> refusals(ObjectKey key) {
    return allProblems().stream()
        .filter(problem -> problem.object().equals(key))
        .map(problem ->
            Condition.no(
                Condition.Type.ACCEPTED, "", "UnsupportedValue", problem.violation().toString()))
        .toList();
  }
}
