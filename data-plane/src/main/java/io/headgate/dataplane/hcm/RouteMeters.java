package io.headgate.dataplane.hcm;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.observe.StreamInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answered requests by route and class of status, {@code headgate_vhost_route_requests_total}: of
 * routes with a name, from their first request on. Labels come from the config; what is beyond a
 * bound counts together. Thread: any event loop.
 */
final class RouteMeters {
  private static final int MAX_ROUTES = 2000;
  private static final int CLASSES = 6;
  private static final String OTHER = "other";

  private final Scope all;
  private final Map<String, Map<String, Counter[]>> byHost = new ConcurrentHashMap<>();

  RouteMeters(Scope all) {
    this.all = all;
  }

  void answered(StreamInfo info) {
    String route = info.routeName;
    String host = info.virtualHostName;
    int index = info.responseCode / 100;
    if (route == null || route.isEmpty() || host == null || index <= 0 || index >= CLASSES) {
      return;
    }
    Map<String, Counter[]> routes = byHost.get(host);
    Counter[] classes = routes == null ? null : routes.get(route);
    (classes == null ? first(host, route) : classes)[index].add();
  }

  private Counter[] first(String host, String route) {
    int known = 0;
    for (Map<String, Counter[]> routes : byHost.values()) {
      known += routes.size();
    }
    if (known >= MAX_ROUTES && !host.equals(OTHER)) {
      return first(OTHER, OTHER);
    }
    return byHost
        .computeIfAbsent(host, h -> new ConcurrentHashMap<>())
        .computeIfAbsent(route, r -> counters(host, r));
  }

  private Counter[] counters(String host, String route) {
    Scope scope = all.scope("vhost", "virtual_host", host).scope("route", "route", route);
    Counter[] classes = new Counter[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      classes[i] =
          scope.counter("requests_" + i + "xx_total", "requests_total", "code_class", i + "xx");
    }
    return classes;
  }
}
