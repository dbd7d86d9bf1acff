package io.headgate.controlplane.api;

import io.headgate.controlplane.loader.AskedValue;
import io.headgate.controlplane.loader.ConfigWriter;
import io.headgate.controlplane.loader.WriteOutcome;
import io.headgate.controlplane.loader.WriteRequest;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.FleetWriter;
import io.headgate.fleet.codec.ManifestDocument;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes about config objects. */
final class ObjectRoutes {
  private final Gate gate;
  private final Backend backend;
  private final ObjectJson json;

  ObjectRoutes(Gate gate, Backend backend) {
    this.gate = gate;
    this.backend = backend;
    this.json = new ObjectJson(backend.replica().prefix(), backend.statuses());
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/objects", this::list);
    routes.get("/api/v1/objects/{kind}", this::list);
    routes.get("/api/v1/objects/{kind}/{namespace}", this::list);
    routes.get("/api/v1/objects/{kind}/{namespace}/{name}", this::get);
    routes.put("/api/v1/objects/{kind}/{namespace}/{name}", this::put);
    routes.delete("/api/v1/objects/{kind}/{namespace}/{name}", this::delete);
    routes.post("/api/v1/objects", this::apply);
  }

  private void list(Context request) {
    gate.require(request, Role.VIEWER);
    Map<String, String> path = request.pathParamMap();
    Optional<Kind> kind = path.containsKey("kind") ? Optional.of(kind(request)) : Optional.empty();
    String namespace = path.get("namespace");
    boolean heldOnly = Parameters.flag(request, "held");
    List<String> labels = request.queryParams("label");
    ArrayNode items = Json.array();
    for (ObjectKey key : backend.store().askedKeys()) {
      boolean wanted =
          (kind.isEmpty() || key.kind() == kind.get())
              && (namespace == null || key.namespace().equals(namespace));
      if (wanted) {
        backend
            .store()
            .asked(key)
            .filter(value -> !heldOnly || value.hold().isPresent())
            .filter(value -> hasLabels(value, labels))
            .ifPresent(value -> items.add(json.object(value)));
      }
    }
    ObjectNode answer =
        Json.object().put("revision", backend.store().image().provenance().revision());
    answer.set("items", items);
    Json.answer(request, answer);
  }

  private static boolean hasLabels(AskedValue value, List<String> wanted) {
    Map<String, String> labels =
        value.object().map(object -> object.metadata().labels()).orElse(Map.of());
    for (String pair : wanted) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new Problem(
            Problem.Kind.BAD_REQUEST, "label: \"" + pair + "\" must be like app=shop");
      }
      if (!pair.substring(equals + 1).equals(labels.get(pair.substring(0, equals)))) {
        return false;
      }
    }
    return true;
  }

  private void get(Context request) {
    gate.require(request, Role.VIEWER);
    AskedValue value = existing(key(request));
    request.header("ETag", "\"" + value.revision() + "\"");
    Json.answer(request, json.object(value));
  }

  private void put(Context request) {
    ObjectKey key = key(request);
    Gate.Caller caller = gate.require(request, writer(key.kind()));
    WriteRequest write = Parameters.write(request, caller);
    List<ManifestDocument> documents = FleetReader.manifests(Json.text(request));
    if (documents.size() != 1) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST,
          "the body holds " + documents.size() + " documents; one is put here, POST takes many");
    }
    FleetObject object = objects(documents).getFirst();
    if (!object.key().equals(key)) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST, "the body is " + object.key() + ", the path says " + key);
    }
    WriteOutcome.Done done =
        Outcomes.done(backend.store().writer().put(wanted(object), write), key, write);
    ObjectNode answer = answer(done, write.dryRun());
    if (!write.dryRun()) {
      request.header("ETag", "\"" + done.revision() + "\"");
    }
    int status = done.effect() == WriteOutcome.Effect.CREATED && !write.dryRun() ? 201 : 200;
    answer.set("object", Json.parse(FleetWriter.publicJson(object)));
    Json.answer(request, status, answer);
  }

  private void delete(Context request) {
    ObjectKey key = key(request);
    Gate.Caller caller = gate.require(request, writer(key.kind()));
    WriteRequest write = Parameters.write(request, caller);
    WriteOutcome.Done done = Outcomes.done(backend.store().writer().delete(key, write), key, write);
    Json.answer(request, answer(done, write.dryRun()));
  }

  private void apply(Context request) {
    Gate.Caller caller = gate.require(request, Role.OPERATOR);
    WriteRequest write = Parameters.write(request, caller);
    if (write.expected().isPresent()) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST, "If-Match and If-None-Match are for a single object");
    }
    List<FleetObject> objects = objects(FleetReader.manifests(Json.text(request)));
    if (objects.isEmpty()) {
      throw new Problem(Problem.Kind.BAD_REQUEST, "the body holds no document");
    }
    Set<ObjectKey> seen = new HashSet<>();
    for (FleetObject object : objects) {
      if (!seen.add(object.key())) {
        throw new Problem(Problem.Kind.BAD_REQUEST, object.key() + " stands there twice");
      }
      gate.require(request, writer(object.kind()));
    }
    checkTogether(objects);
    ArrayNode items = Json.array();
    long revision = 0;
    for (FleetObject object : objects) {
      ObjectKey key = object.key();
      try {
        WriteOutcome.Done done =
            Outcomes.done(backend.store().writer().putChecked(wanted(object), write), key, write);
        revision = Math.max(revision, done.revision());
        items
            .addObject()
            .put("kind", key.kind().keyName())
            .put("namespace", key.namespace())
            .put("name", key.name())
            .put("outcome", FleetJson.lower(done.effect()))
            .put("revision", done.revision());
      } catch (Problem problem) {
        throw problem.after(items);
      }
    }
    ObjectNode answer = Json.object().put("dryRun", write.dryRun()).put("revision", revision);
    answer.set("items", items);
    Json.answer(request, answer);
  }

  private static ConfigWriter.Wanted wanted(FleetObject object) {
    return new ConfigWriter.Wanted(object, FleetWriter.storedJson(object));
  }

  /** Says all that is wrong with objects as the state that they would make together. */
  private void checkTogether(List<FleetObject> objects) {
    List<ConfigWriter.Wanted> wanted = objects.stream().map(ObjectRoutes::wanted).toList();
    List<Problem.Finding> findings = new ArrayList<>();
    backend
        .store()
        .writer()
        .check(wanted)
        .forEach(
            (key, violations) -> findings.addAll(Outcomes.findings(key.toString(), violations)));
    if (!findings.isEmpty()) {
      throw Problem.invalid(findings);
    }
  }

  /** The objects of documents, or everything that is wrong with any of them. */
  private static List<FleetObject> objects(List<ManifestDocument> documents) {
    List<Problem.Finding> findings = new ArrayList<>();
    List<FleetObject> objects = new ArrayList<>();
    for (ManifestDocument document : documents) {
      List<Violation> violations = document.object().violations();
      if (violations.isEmpty()) {
        objects.add(document.object().orThrow());
      } else {
        String title =
            document.title().isEmpty() ? "document at line " + document.line() : document.title();
        findings.addAll(Outcomes.findings(title, violations));
      }
    }
    if (!findings.isEmpty()) {
      throw Problem.invalid(findings);
    }
    return objects;
  }

  private static ObjectNode answer(WriteOutcome.Done done, boolean dryRun) {
    return Json.object()
        .put("outcome", FleetJson.lower(done.effect()))
        .put("dryRun", dryRun)
        .put("revision", done.revision());
  }

  private AskedValue existing(ObjectKey key) {
    return backend
        .store()
        .asked(key)
        .orElseThrow(() -> new Problem(Problem.Kind.NOT_FOUND, "there is no " + key));
  }

  private static Role writer(Kind kind) {
    return kind == Kind.SECRET ? Role.ADMIN : Role.OPERATOR;
  }

  private static Kind kind(Context request) {
    String name = request.pathParam("kind");
    return Kind.ofKey(name)
        .filter(Kind::isConfig)
        .orElseThrow(() ->
            new Problem(
                Problem.Kind.NOT_FOUND,
                "no such kind: "
                    + name
                    + "; there are "
                    + String.join(
                        ", ",
                        Stream.of(Kind.values())
                            .filter(Kind::isConfig)
                            .map(Kind::keyName)
                            .toList())));
  }

  static ObjectKey key(Context request) {
    Kind kind = kind(request);
    String namespace = request.pathParam("namespace");
    String name = request.pathParam("name");
    String path = "config/" + kind.keyName() + "/" + namespace + "/" + name;
    return FleetKey.parse(path).filter(parsed -> parsed.path().equals(path)).isPresent()
        ? new ObjectKey(kind, namespace, name)
        : notFound(path);
  }

  private static ObjectKey notFound(String path) {
    throw new Problem(Problem.Kind.NOT_FOUND, "no such object: " + path);
  }
}
