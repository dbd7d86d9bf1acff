package io.headgate.controlplane.api;

import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.loader.StoreHealth;
import io.headgate.fleet.Kind;
import io.headgate.fleet.Violation;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds as JSON. Values of secrets are left out. */
final class HoldJson {
  private final String prefix;

  HoldJson(String prefix) {
    this.prefix = prefix;
  }

  ObjectNode hold(Hold hold) {
    boolean secret = isSecret(hold.key());
    ObjectNode node =
        Json.object()
            .put("what", FleetJson.lower(hold.what()))
            .put("key", prefix + "/" + hold.key())
            .put("revision", hold.revision())
            .put("author", hold.author())
            .put("since", Json.time(hold.since()))
            .put("reason", hold.problem().reason());
    ArrayNode violations = node.putArray("violations");
    for (Violation violation : hold.problem().violations()) {
      violations
          .addObject()
          .put("path", violation.path())
          .put("line", violation.line())
          .put("value", secret ? "" : violation.value())
          .put("reason", violation.reason())
          .put("fix", violation.fix());
    }
    return node.put("end", hold.problem().end());
  }

  /** The hold on all of etcd, which no image holds: the image in force is older than it. */
  ObjectNode everything(StoreHealth health) {
    ObjectNode node =
        Json.object()
            .put("what", FleetJson.lower(Hold.What.ETCD))
            .put("key", prefix + "/holds/etcd")
            .put("since", Json.time(health.since()))
            .put("reason", health.reason());
    node.putArray("violations");
    return node.put("end", health.end());
  }

  /** Whether a key, relative to the prefix, is that of a secret. */
  static boolean isSecret(String key) {
    String kind = "/" + Kind.SECRET.keyName() + "/";
    return key.startsWith("config" + kind) || key.startsWith("accepted" + kind);
  }
}
