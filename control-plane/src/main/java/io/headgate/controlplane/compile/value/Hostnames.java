package io.headgate.controlplane.compile.value;

import io.headgate.fleet.Gateway;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the hostnames of listeners and routes combine.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code HTTPRoute.spec.hostnames}.
 */
public final class Hostnames {
  public static final String ANY = "*";

  private Hostnames() {}

  /** The domains that a route gets from a listener; none when they have nothing in common. */
  public static Set<String> common(@Nullable String listener, List<String> route) {
    String outer = listener == null ? ANY : listener;
    Set<String> domains = new LinkedHashSet<>();
    if (route.isEmpty()) {
      domains.add(outer);
    }
    for (String hostname : route) {
      if (covers(outer, hostname)) {
        domains.add(hostname);
      } else if (covers(hostname, outer)) {
        domains.add(outer);
      }
    }
    return domains;
  }

  /** Whether some host is meant by both sets of names. */
  public static boolean intersect(Set<String> one, Set<String> other) {
    return one.stream().anyMatch(a -> other.stream().anyMatch(b -> covers(a, b) || covers(b, a)));
  }

  /** Whether every host that the inner name means is meant by the outer one, too. */
  static boolean covers(String outer, String inner) {
    if (outer.equals(ANY) || outer.equals(inner)) {
      return true;
    }
    return outer.startsWith("*.")
        && inner.length() > outer.length() - 1
        && inner.endsWith(outer.substring(1));
  }

  /**
   * Whether a domain belongs to this listener and not to one of the same port that is meant more
   * precisely.
   */
  public static boolean belongs(
      String domain, Gateway.Listener listener, List<Gateway.Listener> samePort) {
    List<Gateway.Listener> candidates = new ArrayList<>(samePort);
    candidates.removeIf(other -> !covers(name(other), domain));
    Optional<String> best =
        candidates.stream()
            .map(Hostnames::name)
            .max((a, b) -> Integer.compare(precision(a), precision(b)));
    return best.isPresent() && best.get().equals(name(listener));
  }

  /** The hosts of a listener, as a domain. */
  public static String name(Gateway.Listener listener) {
    return listener.hostname() == null ? ANY : listener.hostname();
  }

  private static int precision(String hostname) {
    return hostname.equals(ANY)
        ? 0
        : hostname.startsWith("*.") ? hostname.length() : 1000 + hostname.length();
  }
}
