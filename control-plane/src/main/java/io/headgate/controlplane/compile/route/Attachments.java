package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All routes at all listeners of a gateway.
 *
 * <p>Of an HTTPRoute and a GRPCRoute that want the same host of a listener one is accepted: the
 * older, else the first by namespace and name. Spec: Gateway API, {@code GRPCRoute.spec.hostnames}.
 *
 * <p>Thread: confined to its compiler.
 */
public final class Attachments {
  private record Place(ObjectKey route, String listener) {}

  private final Map<ObjectKey, List<Attachment.Outcome>> outcomes = new LinkedHashMap<>();
  private final Map<Place, GatewayRoute> winners = new LinkedHashMap<>();
  private final Map<Place, Attachment> attached = new LinkedHashMap<>();

  public Attachments(Gateway gateway, Collection<GatewayRoute> routes, ConfigImage image) {
    for (GatewayRoute route : routes) {
      List<Attachment.Outcome> found = new ArrayList<>();
      for (ParentRef parent : route.parents()) {
        if (parent.gateway().equals(gateway.key())) {
          found.add(Attachment.of(route, parent, gateway));
        }
      }
      outcomes.put(route.key(), found);
    }
    for (Gateway.Listener listener : gateway.listeners()) {
      attach(listener, image);
    }
  }

  private void attach(Gateway.Listener listener, ConfigImage image) {
    List<Attachment> wanted =
        outcomes.values().stream()
            .flatMap(List::stream)
            .flatMap(outcome -> outcome.attachments().stream())
            .filter(attachment -> attachment.listener().name().equals(listener.name()))
            .distinct()
            .sorted(
                Comparator.<Attachment>comparingLong(a -> image.created(a.route().key()))
                    .thenComparing(a -> a.route().metadata().namespace())
                    .thenComparing(a -> a.route().metadata().name())
                    .thenComparing(a -> a.route().kind()))
            .toList();
    List<Attachment> accepted = new ArrayList<>();
    for (Attachment attachment : wanted) {
      Place place = new Place(attachment.route().key(), listener.name());
      accepted.stream()
          .filter(other -> conflict(other, attachment))
          .findFirst()
          .ifPresentOrElse(
              other -> winners.put(place, other.route()),
              () -> {
                accepted.add(attachment);
                attached.put(place, attachment);
              });
    }
  }

  /**
   * Whether two routes cannot share a listener: one of requests merges with others of its kind, a
   * connection goes by one route alone.
   */
  private static boolean conflict(Attachment one, Attachment other) {
    return one.route() instanceof ConnectionRoute
        ? one.domains().stream().anyMatch(other.domains()::contains)
        : one.route().kind() != other.route().kind()
            && Hostnames.intersect(one.domains(), other.domains());
  }

  /** All routes that refer to the gateway, and where each reference leads. */
  public Map<ObjectKey, List<Attachment.Outcome>> outcomes() {
    return outcomes;
  }

  /** The routes that are attached, in order of their keys. */
  public List<GatewayRoute> routes() {
    Set<GatewayRoute> routes = new LinkedHashSet<>();
    attached.values().stream()
        .map(Attachment::route)
        .sorted(Comparator.comparing(GatewayRoute::key))
        .forEach(routes::add);
    return List.copyOf(routes);
  }

  /** The routes at some listeners. */
  public List<Attachment> at(List<Gateway.Listener> listeners) {
    return attached.values().stream().filter(a -> listeners.contains(a.listener())).toList();
  }

  /** How many routes are attached to a listener. */
  public int count(Gateway.Listener listener) {
    return (int)
        attached.keySet().stream().filter(p -> p.listener().equals(listener.name())).count();
  }

  /** What is to be said of a reference: whether it is accepted. */
  public Condition accepted(GatewayRoute route, Attachment.Outcome outcome) {
    String about = Condition.about(outcome.parent());
    if (outcome.attachments().isEmpty()) {
      return Condition.no(Condition.Type.ACCEPTED, about, outcome.reason(), outcome.message());
    }
    for (Attachment attachment : outcome.attachments()) {
      if (attached.containsKey(new Place(route.key(), attachment.listener().name()))) {
        return Condition.yes(Condition.Type.ACCEPTED, about);
      }
    }
    Attachment first = outcome.attachments().getFirst();
    GatewayRoute winner = winners.get(new Place(route.key(), first.listener().name()));
    return Condition.no(
        Condition.Type.ACCEPTED,
        about,
        "HostnameConflict",
        "%s is older or first and has the same hosts at listener %s"
            .formatted(winner == null ? "another route" : winner.key(), first.listener().name()));
  }
}
