package io.headgate.controlplane.loader;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The value of an {@code accepted/…} key.
 *
 * @param author who asked for the value
 * @param hash hexadecimal SHA-256 of the text under {@code config/…} that was accepted
 * @param json the object as JSON
 */
record AcceptedDocument(String author, String hash, String json) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Accepts a text.
   *
   * @throws JacksonException when it is no JSON, which its reader must have found before
   */
  static AcceptedDocument of(String author, String text) {
    return new AcceptedDocument(author, Digest.of(text), JSON.readTree(text).toString());
  }

  String encode() {
    ObjectNode node = JSON.createObjectNode().put("author", author).put("hash", hash);
    node.set("object", JSON.readTree(json));
    return node.toString();
  }

  /** Empty when the value is none of ours. */
  static Optional<AcceptedDocument> parse(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      if (!node.path("hash").isString() || !node.path("object").isObject()) {
        return Optional.empty();
      }
      return Optional.of(
          new AcceptedDocument(
              node.path("author").asString(""),
              node.path("hash").asString(),
              node.path("object").toString()));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
