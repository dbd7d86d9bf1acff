package io.headgate.controlplane.api;

import io.headgate.controlplane.loader.AuditEntry;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.ObjectKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes about who changed what. */
final class ChangeRoutes {
  private final Gate gate;
  private final Backend backend;

  ChangeRoutes(Gate gate, Backend backend) {
    this.gate = gate;
    this.backend = backend;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/changes", this::list);
    routes.get("/api/v1/changes/{id}", this::get);
    routes.get("/api/v1/objects/{kind}/{namespace}/{name}/history", this::history);
  }

  private void list(Context request) {
    gate.require(request, Role.VIEWER);
    answer(request, Optional.ofNullable(request.queryParam("key")).map(this::relative));
  }

  private void history(Context request) {
    gate.require(request, Role.VIEWER);
    ObjectKey key = ObjectRoutes.key(request);
    answer(request, Optional.of(FleetKey.of(key).path()));
  }

  private void answer(Context request, Optional<String> key) {
    int limit = (int) Parameters.number(request, "limit", 50, 1, 1_000);
    Optional<String> before = Optional.ofNullable(request.queryParam("before"));
    List<AuditEntry> entries;
    try {
      entries = backend.store().audit().list(limit, before, key);
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    }
    ArrayNode items = Json.array();
    entries.forEach(entry -> items.add(json(entry)));
    ObjectNode answer = Json.items(items);
    if (entries.size() == limit) {
      answer.put("next", entries.getLast().id());
    }
    Json.answer(request, answer);
  }

  private void get(Context request) {
    gate.require(request, Role.VIEWER);
    String id = request.pathParam("id");
    try {
      AuditEntry entry =
          backend
              .store()
              .audit()
              .get(id)
              .orElseThrow(() -> new Problem(Problem.Kind.NOT_FOUND, "no change " + id));
      ObjectNode answer = json(entry);
      answer.set("beforeValue", value(entry, entry.before()));
      answer.set("afterValue", value(entry, entry.after()));
      Json.answer(request, answer);
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    }
  }

  private ObjectNode json(AuditEntry entry) {
    return Json.object()
        .put("id", entry.id())
        .put("at", Json.time(entry.by().at()))
        .put("principal", entry.by().principal())
        .put("reason", entry.by().reason())
        .put("action", entry.action().text())
        .put("key", entry.key().isEmpty() ? null : prefix() + "/" + entry.key())
        .put("revision", entry.revision())
        .put("before", entry.before())
        .put("after", entry.after());
  }

  /** A value by its hash: the accepted one, or one of those before. */
  private @Nullable JsonNode value(AuditEntry entry, @Nullable String hash)
      throws StoreUnavailableException {
    if (hash == null || HoldJson.isSecret(entry.key())) {
      return null;
    }
    Optional<String> text =
        backend.store().image().objects().values().stream()
            .filter(object -> object.hash().equals(hash))
            .findFirst()
            .map(object -> object.json())
            .or(() -> Optional.empty());
    if (text.isEmpty()) {
      text = backend.store().audit().previousValue(hash);
    }
    try {
      return text.isEmpty() ? null : Json.parse(text.get());
    } catch (JacksonException e) {
      return null;
    }
  }

  private String relative(String key) {
    String start = prefix() + "/";
    return key.startsWith(start) ? key.substring(start.length()) : key;
  }

  private String prefix() {
    return backend.replica().prefix();
  }

  private static Problem unavailable(StoreUnavailableException e) {
    return new Problem(Problem.Kind.ETCD_UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
