package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which protocols requests may change to: the lower-case token ({@code websocket}), or {@code
 * connect} for the method CONNECT, and whether it is on. What is not named is not said.
 */
public record Upgrades(Map<String, Boolean> types) {
  /** Names no protocol. */
  public static final Upgrades NONE = new Upgrades(Map.of());

  /** WebSockets on, nothing else. */
  public static final Upgrades WEBSOCKET = new Upgrades(Map.of("websocket", true));

  /** The name under which plain CONNECT stands. */
  public static final String CONNECT = "connect";

  public Upgrades {
    Map<String, Boolean> lower = new TreeMap<>();
    for (Map.Entry<String, Boolean> type : types.entrySet()) {
      Checks.notEmpty(type.getKey(), "upgrade_type");
      Boolean before = lower.put(type.getKey().toLowerCase(Locale.ROOT), type.getValue());
      Checks.require(before == null, "upgrade_type '" + type.getKey() + "' is there twice");
    }
    types = Collections.unmodifiableMap(lower); // sorted, so that equal values encode equally
  }

  /**
   * Returns whether a connection manager with these upgrades lets a request change, as Envoy does:
   * the manager must name the type, and the route's word counts before the manager's.
   *
   * @param type lower-case
   * @param route of the route that takes the request
   */
  public boolean allows(String type, Upgrades route) {
    Boolean here = types.get(type);
    Boolean there = route.types.get(type);
    return here != null && (there == null ? here : there);
  }
}
