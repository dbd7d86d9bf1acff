package io.headgate.controlplane.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes about who calls. */
final class SessionRoutes {
  private final Gate gate;

  SessionRoutes(Gate gate) {
    this.gate = gate;
  }

  void register(RoutesConfig routes) {
    routes.post("/api/v1/session", this::open);
    routes.get("/api/v1/session", this::get);
    routes.delete("/api/v1/session", this::close);
    routes.get("/api/v1/me", this::me);
  }

  private void open(Context request) {
    JsonNode token = Json.body(request).path("token");
    if (!token.isString()) {
      throw new Problem(Problem.Kind.BAD_REQUEST, "the body must be {\"token\": \"…\"}");
    }
    Json.answer(request, 201, json(gate.openSession(request, token.stringValue().strip())));
  }

  private void get(Context request) {
    Gate.Caller caller = gate.require(request, Role.VIEWER);
    Json.answer(request, json(session(caller)));
  }

  private void close(Context request) {
    Gate.Caller caller = gate.require(request, Role.VIEWER);
    gate.closeSession(request, session(caller));
    request.status(204);
  }

  private void me(Context request) {
    Gate.Caller caller = gate.require(request, Role.VIEWER);
    Json.answer(
        request,
        Json.object()
            .put("principal", caller.name())
            .put("role", caller.principal().role().text())
            .put("session", caller.session().isPresent()));
  }

  private static Sessions.Session session(Gate.Caller caller) {
    return caller
        .session()
        .orElseThrow(
            () -> new Problem(Problem.Kind.UNAUTHENTICATED, "there is no session, only a token"));
  }

  private static ObjectNode json(Sessions.Session session) {
    return Json.object()
        .put("principal", session.principal().name())
        .put("role", session.principal().role().text())
        .put("csrf", session.csrf())
        .put("expires", Json.time(session.expires()));
  }
}
