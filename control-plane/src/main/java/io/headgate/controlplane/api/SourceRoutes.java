package io.headgate.controlplane.api;

import io.headgate.controlplane.loader.Recovery;
import io.headgate.controlplane.loader.StoreHealth;
import io.headgate.controlplane.loader.WriteRequest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** The routes about where config comes from, and the two ways out of a hold on all of etcd. */
final class SourceRoutes {
  private final Gate gate;
  private final Backend backend;
  private final Clock clock;

  SourceRoutes(Gate gate, Backend backend, Clock clock) {
    this.gate = gate;
    this.backend = backend;
    this.clock = clock;
  }

  void register(RoutesConfig routes) {
    routes.get(
        "/api/v1/source",
        request -> {
          gate.require(request, Role.VIEWER);
          Json.answer(request, source());
        });
    routes.post(
        "/api/v1/source/restore",
        request -> act(request, "restored", backend.store().recovery()::restore));
    routes.post(
        "/api/v1/source/accept-etcd",
        request -> act(request, "accepted", backend.store().recovery()::acceptEtcd));
  }

  ObjectNode source() {
    StoreHealth health = backend.store().health();
    boolean live = health.state() == StoreHealth.State.LIVE;
    long age =
        live || health.state() == StoreHealth.State.STARTING
            ? 0
            : Math.max(
                0, Duration.between(health.provenance().time(), clock.instant()).toSeconds());
    return Json.object()
        .put("state", health.state().name().toLowerCase(Locale.ROOT))
        .put("replica", backend.replica().id())
        .put("incarnation", health.provenance().incarnation())
        .put("revision", health.provenance().revision())
        .put("since", Json.time(health.since()))
        .put("ageSeconds", age)
        .put("reason", health.reason())
        .put("end", health.end())
        .put("leader", backend.store().leader().orElse(null));
  }

  private void act(Context request, String done, Function<WriteRequest, Recovery.Outcome> action) {
    Gate.Caller caller = gate.require(request, Role.ADMIN);
    switch (action.apply(WriteRequest.by(caller.name(), Parameters.reason(request)))) {
      case Recovery.Outcome.Done(long revision) ->
          Json.answer(request, Json.object().put("outcome", done).put("revision", revision));
      case Recovery.Outcome.NothingHeld _ ->
          throw new Problem(Problem.Kind.CONFLICT, "nothing is held");
      case Recovery.Outcome.Failed(String reason) ->
          throw new Problem(Problem.Kind.ETCD_UNAVAILABLE, reason);
    }
  }
}
