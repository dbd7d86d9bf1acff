package io.headgate.controlplane.store;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The random name of one life of an etcd: a wiped etcd has none or another.
 *
 * <p>An operator's decision ({@code restore}, {@code accept-etcd}) makes a new one that names those
 * it follows, so a replica that was away meanwhile does not take the decision for another wipe.
 *
 * @param id 16 hexadecimal digits
 * @param succeeds earlier ids, newest first, at most {@link #MAX_HISTORY}
 */
public record Incarnation(String id, List<String> succeeds) {
  /** Key, relative to the prefix. */
  public static final String KEY = "incarnation";

  static final int MAX_HISTORY = 64;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SecureRandom RANDOM = new SecureRandom();

  public Incarnation {
    succeeds = List.copyOf(succeeds);
  }

  static Incarnation first() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return new Incarnation(HexFormat.of().formatHex(bytes), List.of());
  }

  /** A new one that follows these, all of which then count as known. */
  public static Incarnation after(List<String> earlier) {
    return new Incarnation(first().id, earlier.stream().distinct().limit(MAX_HISTORY).toList());
  }

  /** All that this one stands for: itself and what it follows. */
  public List<String> lineage() {
    List<String> all = new ArrayList<>();
    all.add(id);
    all.addAll(succeeds);
    return all;
  }

  /** The key's value. */
  public String toJson() {
    ObjectNode node = JSON.createObjectNode().put("id", id);
    ArrayNode array = node.putArray("succeeds");
    succeeds.forEach(array::add);
    return node.toString();
  }

  /** Empty when the value is none of ours. */
  public static Optional<Incarnation> parse(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      String id = node.path("id").asString("");
      if (!id.matches("[0-9a-f]{16}")) {
        return Optional.empty();
      }
      List<String> succeeds = new ArrayList<>();
      node.path("succeeds").forEach(entry -> succeeds.add(entry.asString("")));
      return Optional.of(new Incarnation(id, succeeds));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
