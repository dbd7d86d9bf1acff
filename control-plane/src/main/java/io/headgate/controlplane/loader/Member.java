package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.StoredValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One replica of the control plane, as it says itself.
 *
 * @param address host and port where it serves the other replicas
 */
public record Member(String id, String address, Instant started) {
  static final String PREFIX = "control-planes/members/";
  private static final JsonMapper JSON = JsonMapper.shared();

  String encode() {
    return JSON.createObjectNode()
        .put("id", id)
        .put("address", address)
        .put("started", started.toString())
        .toString();
  }

  static Optional<Member> parse(StoredValue value) {
    try {
      JsonNode node = JSON.readTree(value.value());
      return Optional.of(
          new Member(
              value.key().substring(PREFIX.length()),
              node.path("address").asString(""),
              Instant.parse(node.path("started").asString(""))));
    } catch (JacksonException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
