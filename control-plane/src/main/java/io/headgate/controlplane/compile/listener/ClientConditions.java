package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be said of a policy for clients beyond its targets: routes that its exceptions name
 * and nobody has, listeners where another policy is nearer, and what only Headgate's proxies carry
 * out.
 *
 * <p>Thread: any; stateless.
 */
public final class ClientConditions {
  private ClientConditions() {}

  public static List<Condition> of(
      ClientTrafficPolicy policy, ConfigImage image, Policies policies) {
    List<Condition> found = new ArrayList<>();
    for (TargetRef route : routes(policy.settings().limits())) {
      if (!isThere(route, image)) {
        found.add(
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                about(route),
                "RouteNotFound",
                "there is no such route or rule: its limit has no effect"));
      }
    }
    policy.targets().forEach(target -> overridden(policy, target, image, policies, found));
    enforced(OwnExtensions.fields(policy)).ifPresent(found::add);
    return found;
  }

  /**
   * Says that fields are carried out by Headgate's own proxies alone; nothing when there are none.
   */
  public static Optional<Condition> enforced(List<String> fields) {
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Condition(
                Condition.Type.ENFORCED,
                true,
                "",
                "HeadgateProxies",
                "by Headgate's own proxies only: " + String.join(", ", fields)));
  }

  /** The routes of exceptions, each once. */
  private static List<TargetRef> routes(ClientSettings.RequestLimits limits) {
    List<TargetRef> routes = new ArrayList<>();
    limits.urlExceptions().forEach(exception -> routes.add(exception.route()));
    limits.routeBodies().forEach(body -> routes.add(body.route()));
    return routes.stream().distinct().toList();
  }

  private static boolean isThere(TargetRef target, ConfigImage image) {
    Optional<HttpRoute> route = image.object(target.object(), HttpRoute.class);
    String section = target.section();
    return route.isPresent()
        && (section == null
            || route.get().rules().stream().anyMatch(rule -> section.equals(rule.name())));
  }

  /**
   * Says at which of its listeners another policy governs the connections, or what belongs to their
   * socket.
   */
  private static void overridden(
      ClientTrafficPolicy policy,
      TargetRef target,
      ConfigImage image,
      Policies policies,
      List<Condition> to) {
    Optional<Gateway> gateway = image.object(target.object(), Gateway.class);
    if (gateway.isEmpty()
        || !policies.client().winner(target).map(p -> p.key().equals(policy.key())).orElse(false)) {
      return;
    }
    Set<String> others = new TreeSet<>();
    Set<String> sockets = new TreeSet<>();
    for (Gateway.Listener listener : gateway.get().listeners()) {
      if (target.section() != null && !target.section().equals(listener.name())) {
        continue;
      }
      List<Gateway.Listener> onPort =
          gateway.get().listeners().stream().filter(l -> l.port() == listener.port()).toList();
      Optional<ObjectKey> governs =
          policies.client(target.object(), listener, onPort).map(ClientTrafficPolicy::key);
      if (governs.isPresent() && !governs.get().equals(policy.key())) {
        others.add(listener.name() + " (" + governs.get() + ")");
      } else {
        policies
            .ofPort(target.object(), onPort)
            .flatMap(ofPort -> socket(policy, ofPort, listener))
            .ifPresent(sockets::add);
      }
    }
    if (!others.isEmpty()) {
      to.add(
          new Condition(
              Condition.Type.ACCEPTED,
              target.section() == null,
              about(target),
              "Overridden",
              "another policy governs listener " + String.join(", ", others)));
    }
    if (!sockets.isEmpty()) {
      to.add(
          new Condition(
              Condition.Type.ACCEPTED,
              true,
              about(target),
              "Overridden",
              "another policy governs the port, and so " + String.join("; ", sockets)));
    }
  }

  /** What of a listener the policy of its port governs, where that is another one. */
  private static Optional<String> socket(
      ClientTrafficPolicy policy, ClientTrafficPolicy ofPort, Gateway.Listener listener) {
    List<String> fields =
        SocketRules.differing(
            ClientOverlay.of(Optional.of(policy)), ClientOverlay.of(Optional.of(ofPort)));
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s of listener %s (%s)"
                .formatted(String.join(", ", fields), listener.name(), ofPort.key()));
  }

  private static String about(TargetRef target) {
    return target.object() + (target.section() == null ? "" : "#" + target.section());
  }
}
