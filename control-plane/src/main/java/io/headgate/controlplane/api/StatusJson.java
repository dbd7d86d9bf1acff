package io.headgate.controlplane.api;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.Kind;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds the status of Gateway API to that of an object: {@code listeners} of a Gateway, {@code
 * parents} of a route, {@code ancestors} of a BackendTLSPolicy.
 *
 * <p>Thread: any; stateless. Spec: Gateway API v1.4, GatewayStatus and RouteStatus.
 */
final class StatusJson {
  private static final String GROUP = "gateway.networking.k8s.io";

  private StatusJson() {}

  static void add(FleetObject object, Statuses statuses, ObjectNode status) {
    if (object instanceof Gateway gateway) {
      ArrayNode listeners = status.putArray("listeners");
      statuses.listeners(gateway.key()).forEach(state -> listener(state, listeners.addObject()));
    } else if (object instanceof GatewayRoute route) {
      List<Condition> conditions = statuses.conditions(route.key());
      ArrayNode parents = status.putArray("parents");
      route.parents().forEach(parent -> parent(parent, conditions, parents.addObject()));
    } else if (object instanceof BackendTlsPolicy policy) {
      ancestors(policy, statuses, status.putArray("ancestors"));
    }
  }

  private static void listener(ListenerState state, ObjectNode to) {
    to.put("name", state.name()).put("attachedRoutes", state.attachedRoutes());
    ArrayNode kinds = to.putArray("supportedKinds");
    for (Kind kind : state.supportedKinds()) {
      kinds.addObject().put("group", GROUP).put("kind", kind.manifestName());
    }
    ArrayNode conditions = to.putArray("conditions");
    state.conditions().forEach(condition -> condition(condition, conditions.addObject()));
  }

  private static void parent(ParentRef parent, List<Condition> conditions, ObjectNode to) {
    ObjectNode ref =
        to.putObject("parentRef")
            .put("group", GROUP)
            .put("kind", Kind.GATEWAY.manifestName())
            .put("namespace", parent.gateway().namespace())
            .put("name", parent.gateway().name());
    if (parent.listener() != null) {
      ref.put("sectionName", parent.listener());
    }
    if (parent.port() != null) {
      ref.put("port", parent.port());
    }
    to.put("controllerName", GatewayClass.CONTROLLER);
    ArrayNode own = to.putArray("conditions");
    conditions.stream()
        .filter(condition -> condition.about().equals(Condition.about(parent)))
        .forEach(condition -> condition(condition, own.addObject()));
  }

  /** What a policy is for each gateway that leads to one of its targets. */
  private static void ancestors(BackendTlsPolicy policy, Statuses statuses, ArrayNode to) {
    List<Condition> conditions = statuses.conditions(policy.key());
    policy.targets().stream()
        .flatMap(target -> statuses.gatewaysOf(target.object()).stream())
        .distinct()
        .sorted()
        .forEach(gateway -> {
          ObjectNode ancestor = to.addObject();
          ancestor
              .putObject("ancestorRef")
              .put("group", GROUP)
              .put("kind", Kind.GATEWAY.manifestName())
              .put("namespace", gateway.namespace())
              .put("name", gateway.name());
          ancestor.put("controllerName", GatewayClass.CONTROLLER);
          ArrayNode own = ancestor.putArray("conditions");
          for (Condition.Type type :
              List.of(Condition.Type.ACCEPTED, Condition.Type.RESOLVED_REFS)) {
            conditions.stream()
                .filter(condition -> condition.type() == type)
                .min(Comparator.comparing(Condition::holds)) // what does not hold comes first
                .ifPresent(condition -> condition(condition, own.addObject()));
          }
        });
  }

  private static void condition(Condition condition, ObjectNode to) {
    to.put("type", condition.type().text())
        .put("status", condition.holds() ? "True" : "False")
        .put("reason", condition.reason())
        .put("message", condition.message());
  }
}
