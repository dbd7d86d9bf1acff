package io.headgate.controlplane.cli;

import io.headgate.fleet.codec.rule.GatewayDuration;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One host of a service, and its override on the API. */
record ServiceHost(String namespace, String service, String instance) {

  static String servicePath(String namespace, String service) {
    return "/services/"
        + ApiClient.part(ObjectNames.checked(namespace))
        + "/"
        + ApiClient.part(ObjectNames.checked(service));
  }

  private String overridePath() {
    return servicePath(namespace, service)
        + "/hosts/"
        + ApiClient.part(ObjectNames.checked(instance))
        + "/override";
  }

  /**
   * Changes one thing of the override and keeps the others, because the API replaces the whole.
   *
   * @param timeToLive when it ends; null keeps what is there
   * @return the new revision
   */
  long change(
      ApiClient api, Consumer<ObjectNode> change, @Nullable Duration timeToLive, String reason) {
    ObjectNode body = ApiClient.JSON.createObjectNode();
    JsonNode present = present(api);
    for (String field : new String[] {"weight", "drain", "quarantine", "expires"}) {
      JsonNode value = present.path(field);
      if (!value.isMissingNode() && !value.isNull()) {
        body.set(field, value);
      }
    }
    change.accept(body);
    if (timeToLive != null) {
      body.remove("expires");
      body.put("ttl", GatewayDuration.format(timeToLive));
    }
    boolean empty =
        !body.has("weight")
            && !body.path("drain").asBoolean(false)
            && !body.path("quarantine").asBoolean(false);
    JsonNode answer =
        empty
            ? api.send("DELETE", overridePath(), "", "", reason)
            : api.send("PUT", overridePath(), "application/json", body.toString(), reason);
    return answer.path("revision").asLong(0);
  }

  private JsonNode present(ApiClient api) {
    for (JsonNode host : api.get(servicePath(namespace, service)).path("hosts")) {
      if (host.path("instance").asString("").equals(instance)) {
        return host.path("override");
      }
    }
    throw new CommandFailure(
        Exit.NOT_FOUND,
        "service " + namespace + "/" + service + " has no host \"" + instance + "\"");
  }

  @Override
  public String toString() {
    return namespace + "/" + service + "/" + instance;
  }
}
