package io.headgate.controlplane.api;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.loader.AskedValue;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Kind;
import io.headgate.fleet.codec.FleetWriter;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Objects as JSON, with what is accepted, held and derived. The data of secrets never leaves. */
final class ObjectJson {
  private static final int MAX_RAW = 4_096;

  private final String prefix;
  private final Statuses statuses;
  private final HoldJson holdJson;

  ObjectJson(String prefix, Statuses statuses) {
    this.prefix = prefix;
    this.statuses = statuses;
    this.holdJson = new HoldJson(prefix);
  }

  ObjectNode object(AskedValue value) {
    ObjectNode node =
        Json.object()
            .put("kind", value.key().kind().keyName())
            .put("namespace", value.key().namespace())
            .put("name", value.key().name())
            .put("key", prefix + "/" + FleetKey.of(value.key()).path())
            .put("etag", Long.toString(value.revision()))
            .put("revision", value.revision())
            .put("author", author(value));
    Optional<FleetObject> object = value.object();
    if (object.isPresent()) {
      node.set("object", Json.parse(FleetWriter.publicJson(object.get())));
    } else {
      node.putNull("object");
      if (value.key().kind() != Kind.SECRET) {
        String text = value.text();
        node.put("raw", text.length() > MAX_RAW ? text.substring(0, MAX_RAW) : text);
      }
    }
    Optional<AcceptedObject> accepted = value.accepted();
    if (accepted.isPresent()) {
      node.putObject("accepted")
          .put("revision", accepted.get().revision())
          .put("author", accepted.get().author())
          .put("sha256", accepted.get().hash());
    } else {
      node.putNull("accepted");
    }
    Optional<Hold> hold = value.hold();
    if (hold.isPresent()) {
      node.set("held", holdJson.hold(hold.get()));
    } else {
      node.putNull("held");
    }
    ObjectNode status = node.putObject("status");
    status.set("conditions", conditions(value));
    if (value.accepted().isPresent()) {
      StatusJson.add(value.accepted().get().object(), statuses, status);
    }
    return node;
  }

  private static String author(AskedValue value) {
    Optional<Hold> hold = value.hold();
    if (hold.isPresent()) {
      return hold.get().author();
    }
    return value.accepted().map(AcceptedObject::author).orElse("revision " + value.revision());
  }

  private ArrayNode conditions(AskedValue value) {
    ArrayNode conditions = Json.array();
    Optional<Hold> hold = value.hold();
    boolean acceptedSaid = false;
    if (hold.isPresent()) {
      add(conditions, "Accepted", "False", "", "Held", hold.get().problem().reason());
      acceptedSaid = true;
    }
    List<Condition> derived =
        value.accepted().isPresent() ? statuses.conditions(value.key()) : List.of();
    for (Condition condition : derived) {
      boolean isAccepted = condition.type() == Condition.Type.ACCEPTED;
      if (!(isAccepted && hold.isPresent())) {
        add(
            conditions,
            condition.type().text(),
            condition.holds() ? "True" : "False",
            condition.about(),
            condition.reason(),
            condition.message());
      }
      acceptedSaid |= isAccepted;
    }
    if (!acceptedSaid) {
      boolean accepted = value.accepted().isPresent();
      add(
          conditions,
          "Accepted",
          accepted ? "True" : "Unknown",
          "",
          accepted ? "Accepted" : "Pending",
          accepted ? "" : "the elected replica has not accepted it yet");
    }
    return conditions;
  }

  private static void add(
      ArrayNode conditions,
      String type,
      String status,
      String about,
      String reason,
      String message) {
    ObjectNode condition =
        conditions
            .addObject()
            .put("type", type)
            .put("status", status)
            .put("reason", reason)
            .put("message", message);
    if (!about.isEmpty()) {
      condition.put("about", about);
    }
  }
}
