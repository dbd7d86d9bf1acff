package io.headgate.controlplane.api;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.loader.ConfigWriter;
import io.headgate.controlplane.loader.WriteOutcome;
import io.headgate.controlplane.loader.WriteRequest;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.FleetWriter;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes by which an operator weighs, drains and quarantines a host. */
final class OverrideRoutes {
  private static final double MAX_WEIGHT = 1_000;
  private static final Set<String> FIELDS =
      Set.of("weight", "drain", "quarantine", "expires", "ttl", "reason");

  private final Gate gate;
  private final Backend backend;
  private final Clock clock;

  OverrideRoutes(Gate gate, Backend backend, Clock clock) {
    this.gate = gate;
    this.backend = backend;
    this.clock = clock;
  }

  void register(RoutesConfig routes) {
    String path = "/api/v1/services/{namespace}/{name}/hosts/{instance}/override";
    routes.put(path, this::put);
    routes.delete(path, this::delete);
    routes.get("/api/v1/overrides", this::list);
  }

  private void list(Context request) {
    gate.require(request, Role.VIEWER);
    ArrayNode items = Json.array();
    backend
        .store()
        .image()
        .overrides()
        .forEach((host, override) -> {
          ObjectNode item = items.addObject();
          item.put("namespace", host.namespace())
              .put("service", host.service())
              .put("instance", host.instance());
          item.setAll(ServiceJson.override(override));
        });
    Json.answer(request, Json.items(items));
  }

  private void put(Context request) {
    Gate.Caller caller = gate.require(request, Role.OPERATOR);
    WriteRequest write = Parameters.write(request, caller);
    HostKey host = host(request);
    JsonNode body = Json.body(request);
    String reason = body.path("reason").asString("");
    if (!write.reason().isEmpty()) {
      reason = write.reason();
    } else if (!reason.isEmpty()) {
      write = new WriteRequest(write.principal(), reason, write.expected(), write.dryRun());
    }
    HostOverride override = override(host, body, caller.name(), reason);
    ObjectKey key = host.overrideKey();
    String text = FleetWriter.storedJson(override);
    List<Violation> violations = violations(text, key);
    if (!violations.isEmpty()) {
      throw Problem.invalid(Outcomes.findings(key.toString(), violations));
    }
    WriteOutcome.Done done =
        Outcomes.done(
            backend.store().writer().put(new ConfigWriter.Wanted(override, text), write),
            key,
            write);
    ObjectNode answer =
        Json.object()
            .put("outcome", FleetJson.lower(done.effect()))
            .put("dryRun", write.dryRun())
            .put("revision", done.revision());
    answer.set("override", ServiceJson.override(override));
    Json.answer(request, answer);
  }

  private static List<Violation> violations(String text, ObjectKey key) {
    return FleetReader.object(text.getBytes(StandardCharsets.UTF_8), key).violations();
  }

  private void delete(Context request) {
    Gate.Caller caller = gate.require(request, Role.OPERATOR);
    WriteRequest write = Parameters.write(request, caller);
    ObjectKey key = host(request).overrideKey();
    WriteOutcome.Done done = Outcomes.done(backend.store().writer().delete(key, write), key, write);
    Json.answer(
        request,
        Json.object()
            .put("outcome", "deleted")
            .put("dryRun", write.dryRun())
            .put("revision", done.revision()));
  }

  private HostOverride override(HostKey host, JsonNode body, String author, String reason) {
    Set<String> unknown = new TreeSet<>();
    body.propertyNames().forEach(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw bad("unknown fields " + unknown + "; there are " + new TreeSet<>(FIELDS));
    }
    Double weight = weight(body.path("weight"));
    boolean drain = flag(body, "drain");
    boolean quarantine = flag(body, "quarantine");
    if (weight == null && !drain && !quarantine) {
      throw bad("set at least one of weight, drain and quarantine; DELETE ends an override");
    }
    Instant expires = expires(body);
    if (quarantine && expires == null) {
      throw bad("quarantine needs an end: set expires or ttl");
    }
    if (reason.isEmpty()) {
      throw bad("a reason is needed: " + Parameters.REASON_HEADER + " or the field reason");
    }
    ObjectMeta metadata =
        new ObjectMeta(
            host.service() + "/" + host.instance(),
            host.namespace(),
            Map.of(),
            Map.of(),
            author,
            expires);
    return new HostOverride(metadata, weight, drain, quarantine, reason);
  }

  private static @Nullable Double weight(JsonNode weight) {
    if (weight.isMissingNode() || weight.isNull()) {
      return null;
    }
    double value = weight.isNumber() ? weight.doubleValue() : Double.NaN;
    if (!(value >= 0 && value <= MAX_WEIGHT)) {
      throw bad("weight: " + weight + " must be a number from 0 to 1000");
    }
    return value;
  }

  private static boolean flag(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw bad(name + ": " + value + " must be true or false");
    }
    return value.booleanValue();
  }

  private @Nullable Instant expires(JsonNode body) {
    String expires = body.path("expires").asString("");
    String ttl = body.path("ttl").asString("");
    if (!expires.isEmpty() && !ttl.isEmpty()) {
      throw bad("set expires or ttl, not both");
    }
    Instant end = null;
    if (!expires.isEmpty()) {
      try {
        end = Instant.parse(expires);
      } catch (DateTimeParseException e) {
        throw bad("expires: \"" + expires + "\" must be like 2026-03-01T13:00:00Z");
      }
    } else if (!ttl.isEmpty()) {
      end =
          clock
              .instant()
              .truncatedTo(ChronoUnit.SECONDS)
              .plus(
                  GatewayDuration.parse(ttl)
                      .orElseThrow(() -> bad("ttl: \"" + ttl + "\" must be like 30m")));
    }
    if (end != null && !end.isAfter(clock.instant())) {
      throw bad("the override would have ended already");
    }
    return end;
  }

  private HostKey host(Context request) {
    HostKey host =
        new HostKey(
            request.pathParam("namespace"),
            request.pathParam("name"),
            request.pathParam("instance"));
    ConfigImage image = backend.store().image();
    boolean known =
        image.hosts(host.serviceKey()).hosts().containsKey(host.instance())
            || image.overrides().containsKey(host);
    if (!known) {
      throw new Problem(Problem.Kind.NOT_FOUND, "there is no host " + host);
    }
    return host;
  }

  private static Problem bad(String detail) {
    return new Problem(Problem.Kind.BAD_REQUEST, detail);
  }
}
