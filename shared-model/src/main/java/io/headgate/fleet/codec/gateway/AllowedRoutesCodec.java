package io.headgate.fleet.codec.gateway;

import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.AllowedRoutes.From;
import io.headgate.fleet.AllowedRoutes.Operator;
import io.headgate.fleet.AllowedRoutes.Requirement;
import io.headgate.fleet.AllowedRoutes.RouteKind;
import io.headgate.fleet.AllowedRoutes.Selector;
import io.headgate.fleet.codec.rule.ApiVersions;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.LabelSelector;
import io.headgate.proto.config.v1.LabelSelectorRequirement;
import io.headgate.proto.config.v1.RouteGroupKind;
import io.headgate.proto.config.v1.RouteNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which routes may attach, between message and record. Spec: Gateway API v1.4, AllowedRoutes.
 *
 * <p>A kind of route that nobody has here is no violation: the listener's conditions say so.
 */
final class AllowedRoutesCodec {
  private static final String ONE_LABEL = "namespaces have the label " + Selector.NAME + " alone";

  private AllowedRoutesCodec() {}

  static AllowedRoutes read(io.headgate.proto.config.v1.AllowedRoutes message, Scope at) {
    List<RouteKind> kinds = new ArrayList<>();
    for (int i = 0; i < message.getKindsCount(); i++) {
      RouteGroupKind kind = message.getKinds(i);
      Rules.required(at.item("kinds", i).field("kind"), kind.getKind());
      kinds.add(
          new RouteKind(
              kind.getGroup().isEmpty() ? ApiVersions.GATEWAY_GROUP : kind.getGroup(),
              kind.getKind()));
    }
    RouteNamespaces namespaces = message.getNamespaces();
    Scope place = at.field("namespaces");
    boolean known = namespaces.getFrom().equals("None");
    From from =
        Rules.choice(
            place.field("from"),
            namespaces.getFrom(),
            From.values(),
            From::manifestName,
            known ? "is known but not implemented" : "");
    return new AllowedRoutes(from, selector(from, namespaces, place), kinds);
  }

  private static @Nullable Selector selector(From from, RouteNamespaces message, Scope at) {
    if (from != From.SELECTOR) {
      if (message.hasSelector()) {
        at.wrongField("selector", "stands beside another from", "use from: Selector or remove it");
      }
      return null;
    }
    if (!message.hasSelector()) {
      at.wrongField("selector", "is required with from: Selector", "");
    }
    LabelSelector selector = message.getSelector();
    Scope place = at.field("selector");
    selector
        .getMatchLabelsMap()
        .keySet()
        .forEach(key -> known(key, place.entry("matchLabels", key)));
    List<Requirement> requirements = new ArrayList<>();
    for (int i = 0; i < selector.getMatchExpressionsCount(); i++) {
      requirements.add(
          requirement(selector.getMatchExpressions(i), place.item("matchExpressions", i)));
    }
    return new Selector(selector.getMatchLabelsMap(), requirements);
  }

  private static void known(String key, Scope at) {
    if (!key.equals(Selector.NAME)) {
      at.wrong("is a label that no namespace has", ONE_LABEL);
    }
  }

  private static Requirement requirement(LabelSelectorRequirement message, Scope at) {
    if (Rules.required(at.field("key"), message.getKey())) {
      known(message.getKey(), at.field("key"));
    }
    Rules.required(at.field("operator"), message.getOperator());
    Operator operator =
        Rules.choice(
            at.field("operator"),
            message.getOperator(),
            Operator.values(),
            Operator::manifestName,
            "");
    boolean listed =
        switch (operator) {
          case IN, NOT_IN -> true;
          case EXISTS, DOES_NOT_EXIST -> false;
        };
    if (listed == message.getValuesList().isEmpty()) {
      at.wrongField(
          "values",
          listed ? "is required with this operator" : "cannot stand beside this operator",
          listed ? "" : "remove it");
    }
    return new Requirement(message.getKey(), operator, Set.copyOf(message.getValuesList()));
  }

  static io.headgate.proto.config.v1.AllowedRoutes write(AllowedRoutes value) {
    var out = io.headgate.proto.config.v1.AllowedRoutes.newBuilder();
    for (RouteKind kind : value.kinds()) {
      out.addKindsBuilder().setGroup(kind.group()).setKind(kind.kind());
    }
    RouteNamespaces.Builder namespaces =
        out.getNamespacesBuilder().setFrom(value.from().manifestName());
    if (value.selector() != null) {
      LabelSelector.Builder selector =
          namespaces.getSelectorBuilder().putAllMatchLabels(value.selector().labels());
      for (Requirement requirement : value.selector().requirements()) {
        selector
            .addMatchExpressionsBuilder()
            .setKey(requirement.key())
            .setOperator(requirement.operator().manifestName())
            .addAllValues(requirement.values().stream().sorted().toList());
      }
    }
    return out.build();
  }
}
