package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.fleet.Checked;
import io.headgate.fleet.Violation;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The value of a {@code weights/…} key: what the feedback leader writes and every replica reads.
 */
final class WeightsDocument {
  /** The clamp of the feedback loop. */
  static final double MIN = 0.1;

  static final double MAX = 2;

  private static final JsonMapper JSON = JsonMapper.shared();

  private WeightsDocument() {}

  static String encode(ServiceWeights weights) {
    ObjectNode node = JSON.createObjectNode().put("updated", weights.updated().toString());
    ObjectNode hosts = node.putObject("hosts");
    new TreeMap<>(weights.hosts())
        .forEach((instance, weight) -> {
          ObjectNode host = hosts.putObject(instance).put("factor", weight.factor());
          ArrayNode reasons = host.putArray("reasons");
          weight.reasons().forEach(reasons::add);
        });
    return node.toString();
  }

  static Checked<ServiceWeights> parse(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      Instant updated = Instant.parse(node.path("updated").asString());
      Map<String, FleetWeight> hosts = new TreeMap<>();
      List<Violation> violations = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : node.path("hosts").properties()) {
        JsonNode factor = entry.getValue().path("factor");
        double number = factor.isNumber() ? factor.doubleValue() : Double.NaN;
        if (number >= MIN && number <= MAX) {
          List<String> reasons = new ArrayList<>();
          entry.getValue().path("reasons").forEach(reason -> reasons.add(reason.asString("")));
          hosts.put(entry.getKey(), new FleetWeight(number, reasons));
        } else {
          violations.add(
              new Violation(
                  "hosts." + entry.getKey() + ".factor",
                  1,
                  factor.toString(),
                  "must be a number from " + MIN + " to " + MAX,
                  ""));
        }
      }
      return violations.isEmpty()
          ? Checked.valid(new ServiceWeights(updated, hosts))
          : Checked.invalid(violations);
    } catch (JacksonException | DateTimeException e) {
      return Checked.invalid(
          List.of(
              new Violation(
                  "", 1, "", "is no weights document: " + firstLine(e.getMessage()), "")));
    }
  }

  private static String firstLine(@org.jspecify.annotations.Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }
}
