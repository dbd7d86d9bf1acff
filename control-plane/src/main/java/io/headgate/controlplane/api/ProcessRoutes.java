package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.controlplane.fleetstate.ReplicaStatus;
import io.headgate.controlplane.loader.StoreHealth;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The routes about this process, which need no token and say nothing of the config. */
final class ProcessRoutes {
  private final Backend backend;
  private final EventHub events;
  private final Supplier<Map<String, Long>> meters;

  /**
   * @param meters further counters by their exported names; names that end in {@code _total} only
   *     grow
   */
  ProcessRoutes(Backend backend, EventHub events, Supplier<Map<String, Long>> meters) {
    this.backend = backend;
    this.events = events;
    this.meters = meters;
  }

  void register(RoutesConfig routes) {
    routes.get("/healthz", request -> request.contentType("text/plain").result("ok\n"));
    routes.get("/readyz", this::ready);
    routes.get("/metrics", this::metrics);
    routes.get(
        "/api/v1/version",
        request ->
            Json.answer(
                request,
                Json.object()
                    .put("version", backend.replica().version())
                    .put("replica", backend.replica().id())));
  }

  private void ready(Context request) {
    StoreHealth health = backend.store().health();
    boolean ready = health.isReady();
    request
        .status(ready ? 200 : 503)
        .contentType("text/plain")
        .result(ready ? "ready\n" : "no config from etcd or disk yet: " + health.reason() + "\n");
  }

  private void metrics(Context request) {
    StringBuilder out = new StringBuilder(2_048);
    StoreHealth health = backend.store().health();
    for (StoreHealth.State state : StoreHealth.State.values()) {
      String label = "{state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"}";
      add(out, "headgate_source_state" + label, health.state() == state ? 1 : 0);
    }
    add(out, "headgate_config_revision", backend.store().image().provenance().revision());
    add(out, "headgate_objects", backend.store().image().objects().size());
    add(out, "headgate_holds", backend.store().image().holds().size());
    add(out, "headgate_leader", backend.store().isLeader() ? 1 : 0);
    List<ProxyStatus> proxies = backend.fleet().proxies();
    for (ProxyStatus.State state : ProxyStatus.State.values()) {
      String label = "{state=\"" + FleetJson.lower(state) + "\"}";
      long count = proxies.stream().filter(proxy -> proxy.state() == state).count();
      add(out, "headgate_proxies" + label, count);
    }
    long connected = backend.fleet().replicas("").stream().filter(ReplicaStatus::connected).count();
    add(out, "headgate_replicas_connected", connected);
    add(out, "headgate_events_clients", events.clientCount());
    meters.get().forEach((name, value) -> add(out, name, value));
    request.contentType("text/plain; version=0.0.4; charset=utf-8").result(out.toString());
  }

  private static void add(StringBuilder out, String name, long value) {
    out.append(name).append(' ').append(value).append('\n');
  }
}
