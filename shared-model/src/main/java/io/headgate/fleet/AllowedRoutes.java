package io.headgate.fleet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which routes may attach to a listener.
 *
 * @param selector with {@link From#SELECTOR}, else null
 * @param kinds kinds of routes, also such as nobody has here; empty for all that the protocol has
 */
public record AllowedRoutes(From from, @Nullable Selector selector, List<RouteKind> kinds) {
  /** Routes of the gateway's namespace. */
  public static final AllowedRoutes SAME_NAMESPACE = new AllowedRoutes(From.SAME, null, List.of());

  public AllowedRoutes {
    kinds = List.copyOf(kinds);
    if ((selector != null) != (from == From.SELECTOR)) {
      throw new IllegalArgumentException("a selector stands with Selector, and only there");
    }
  }

  /** Namespaces whose routes may attach. */
  public enum From {
    SAME("Same"),
    ALL("All"),
    SELECTOR("Selector");

    private final String manifestName;

    From(String manifestName) {
      this.manifestName = manifestName;
    }

    public String manifestName() {
      return manifestName;
    }
  }

  /** A kind of route; the group is not empty. */
  public record RouteKind(String group, String kind) {}

  /**
   * Whether routes of a namespace may attach to a listener of a gateway in another, or the same.
   */
  public boolean takes(String namespace, String ofGateway) {
    return switch (from) {
      case ALL -> true;
      case SAME -> namespace.equals(ofGateway);
      case SELECTOR -> selector != null && selector.selects(namespace);
    };
  }

  /**
   * A selector of namespaces. A namespace has one label, {@value #NAME}, which is its name.
   *
   * @param labels all of them must be there
   * @param requirements all of them must hold
   */
  public record Selector(Map<String, String> labels, List<Requirement> requirements) {
    /** The label that every namespace has. */
    public static final String NAME = "kubernetes.io/metadata.name";

    public Selector {
      labels = Map.copyOf(labels);
      requirements = List.copyOf(requirements);
    }

    /** Whether a namespace with this name is selected. */
    public boolean selects(String namespace) {
      return labels.entrySet().stream()
              .allMatch(l -> l.getKey().equals(NAME) && l.getValue().equals(namespace))
          && requirements.stream().allMatch(r -> r.holds(namespace));
    }
  }

  /** A condition on one label. */
  public record Requirement(String key, Operator operator, Set<String> values) {
    public Requirement {
      values = Set.copyOf(values);
    }

    boolean holds(String namespace) {
      boolean there = key.equals(Selector.NAME);
      return switch (operator) {
        case IN -> there && values.contains(namespace);
        case NOT_IN -> !there || !values.contains(namespace);
        case EXISTS -> there;
        case DOES_NOT_EXIST -> !there;
      };
    }
  }

  /** How a label is looked at. */
  public enum Operator {
    IN("In"),
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist");

    private final String manifestName;

    Operator(String manifestName) {
      this.manifestName = manifestName;
    }

    public String manifestName() {
      return manifestName;
    }
  }
}
