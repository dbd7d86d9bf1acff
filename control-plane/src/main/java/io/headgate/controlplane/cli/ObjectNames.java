package io.headgate.controlplane.cli;

import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * How commands name objects: {@code httproute/default/cart}, {@code httproute/cart}, {@code
 * HTTPRoute cart}.
 */
final class ObjectNames {
  private ObjectNames() {}

  /** The name of an item of the API. */
  static String of(JsonNode item) {
    return item.path("kind").asString("")
        + "/"
        + item.path("namespace").asString("")
        + "/"
        + item.path("name").asString("");
  }

  /** A kind in any spelling, also in the plural. */
  static Kind kind(String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    for (Kind kind : Kind.values()) {
      if (kind.isConfig()
          && (kind.keyName().equals(folded)
              || (kind.keyName() + "s").equals(folded)
              || (kind.keyName() + "es").equals(folded)
              || kind.keyName().replaceAll("y$", "ies").equals(folded))) {
        return kind;
      }
    }
    List<String> known =
        Arrays.stream(Kind.values()).filter(Kind::isConfig).map(Kind::keyName).toList();
    throw CommandFailure.badInput(
        "not a kind: \"" + text + "\"; use one of " + String.join(", ", known));
  }

  /** The key of an object named on the command line. */
  static ObjectKey object(String kind, String name, String namespace) {
    return new ObjectKey(kind(kind), checked(namespace), checked(name));
  }

  /** The part of a URL for an object. */
  static String path(ObjectKey key) {
    return "/objects/"
        + key.kind().keyName()
        + "/"
        + ApiClient.part(key.namespace())
        + "/"
        + ApiClient.part(key.name());
  }

  /** A name from the command line; the server has the last word on its form. */
  static String checked(String name) {
    if (name.isBlank() || name.contains("/")) {
      throw CommandFailure.badInput("not a name: \"" + name + "\"");
    }
    return name;
  }
}
