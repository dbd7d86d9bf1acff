package io.headgate.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws header changes of one level of a table. */
final class Headers {
  private static final List<String> NAMES = List.of("x-a", "x-b", "x-added", "x-origin", "vary");
  private static final List<String> VALUES =
      List.of(
          "one",
          "%PROTOCOL%",
          "%REQ(x-a)%",
          "%REQ(x-missing?:path)%",
          "100%%",
          "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
          "<%REQ(:method)%>",
          "",
          "%RESPONSE_CODE%");
  private static final List<String> ACTIONS =
      List.of(
          "APPEND_IF_EXISTS_OR_ADD",
          "ADD_IF_ABSENT",
          "OVERWRITE_IF_EXISTS_OR_ADD",
          "OVERWRITE_IF_EXISTS");

  private Headers() {}

  static void put(Map<String, Object> level, Draws draws, String mark) {
    for (String direction : List.of("request", "response")) {
      List<Object> add = new ArrayList<>();
      while (draws.random().nextInt(3) == 0) {
        add.add(addition(draws, mark));
      }
      if (!add.isEmpty()) {
        level.put(direction + "_headers_to_add", add);
      }
      if (draws.random().nextInt(6) == 0) {
        level.put(direction + "_headers_to_remove", List.of(draws.one(NAMES)));
      }
    }
  }

  private static Map<String, Object> addition(Draws draws, String mark) {
    Map<String, Object> addition = new LinkedHashMap<>();
    String value = draws.one(VALUES);
    addition.put(
        "header", Map.of("key", draws.one(NAMES), "value", value.equals("one") ? mark : value));
    if (draws.random().nextBoolean()) {
      addition.put("append_action", draws.one(ACTIONS));
    }
    if (draws.random().nextInt(4) == 0) {
      addition.put("keep_empty_value", true);
    }
    return addition;
  }

  /** Writes the route's name on what it lets through, in both directions. */
  static void mark(Map<String, Object> route, String name) {
    for (String direction : List.of("request", "response")) {
      List<Object> add = new ArrayList<>();
      if (route.get(direction + "_headers_to_add") instanceof List<?> more) {
        add.addAll(more);
      }
      add.add(Map.of("header", Map.of("key", "x-route", "value", name)));
      route.put(direction + "_headers_to_add", add);
    }
  }
}
