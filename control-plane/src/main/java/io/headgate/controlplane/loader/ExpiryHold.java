package io.headgate.controlplane.loader;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The value of a {@code holds/hosts/<namespace>/<service>} key: hosts that expired together and are
 * kept for that.
 *
 * @param since when the hold began
 * @param size hosts of the service before
 * @param hosts the expired hosts' values as they stood, by instance
 */
record ExpiryHold(Instant since, int size, SortedMap<String, String> hosts) {
  static final String END =
      "hosts that come back end it; or end the hold, and the hosts that expired are gone";

  private static final JsonMapper JSON = JsonMapper.shared();

  ExpiryHold {
    hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
  }

  static String key(String namespace, String service) {
    return "holds/hosts/" + namespace + "/" + service;
  }

  /** How many of so many hosts may expire within the window. */
  static int allowed(int size) {
    return Math.max(2, size * 3 / 10);
  }

  /** Whether so many living hosts are enough for the rest to count as really gone. */
  boolean isOver(int living) {
    return living > 0 && living >= size - allowed(size);
  }

  /** Both together, since the earlier of the two. */
  ExpiryHold joined(ExpiryHold other) {
    SortedMap<String, String> all = new TreeMap<>(hosts);
    all.putAll(other.hosts);
    return new ExpiryHold(
        since.isBefore(other.since) ? since : other.since, Math.max(size, other.size), all);
  }

  String reason() {
    return hosts.size() + " of " + size + " hosts expired within 10 s";
  }

  String encode() {
    ObjectNode node =
        JSON.createObjectNode()
            .put("reason", reason())
            .put("since", since.toString())
            .put("end", END)
            .put("size", size);
    ObjectNode values = node.putObject("hosts");
    hosts.forEach(values::put);
    return node.toString();
  }

  static Optional<ExpiryHold> parse(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      SortedMap<String, String> hosts = new TreeMap<>();
      node.path("hosts")
          .properties()
          .forEach(entry -> hosts.put(entry.getKey(), entry.getValue().asString("")));
      return Optional.of(
          new ExpiryHold(
              Instant.parse(node.path("since").asString()), node.path("size").asInt(0), hosts));
    } catch (JacksonException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
