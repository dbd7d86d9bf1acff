package io.headgate.controlplane.api;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The few things that every answer's JSON has in common. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** A moment as text, in milliseconds; null stays null. */
  static @Nullable String time(@Nullable Instant when) {
    return when == null ? null : when.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static void answer(Context request, int status, JsonNode body) {
    request.status(status).contentType("application/json").result(bytes(body));
  }

  /** JSON is UTF-8, whatever the content type's default would be. */
  static byte[] bytes(JsonNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The body as text in UTF-8. */
  static String text(Context request) {
    return new String(request.bodyAsBytes(), StandardCharsets.UTF_8);
  }

  static void answer(Context request, JsonNode body) {
    answer(request, 200, body);
  }

  static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  /** The body as a JSON object. */
  static JsonNode body(Context request) {
    try {
      JsonNode body = MAPPER.readTree(request.bodyAsBytes());
      if (body.isObject()) {
        return body;
      }
    } catch (JacksonException e) {
      throw new Problem(Problem.Kind.BAD_REQUEST, "the body is no JSON: " + e.getOriginalMessage());
    }
    throw new Problem(Problem.Kind.BAD_REQUEST, "the body must be a JSON object");
  }

  /** {@code {"items": …}}. */
  static ObjectNode items(ArrayNode items) {
    ObjectNode answer = object();
    answer.set("items", items);
    return answer;
  }
}
