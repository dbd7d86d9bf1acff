package io.headgate.deploy.quickstart;

import io.headgate.deploy.fleet.LocalFleet;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Effective weights of a service's hosts, as the REST API shows them. */
public final class Weights {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final LocalFleet fleet;
  private final String service;
  private Map<String, Double> last = Map.of();

  public Weights(LocalFleet fleet, String service) {
    this.fleet = fleet;
    this.service = service;
  }

  /** What was read last. */
  public Map<String, Double> last() {
    return last;
  }

  /** Reads again: a host's weight over the mean weight of its peers. */
  public double share(String instance) {
    String text = fleet.rest(fleet.controlPlanes().getFirst(), "/services/default/" + service);
    Map<String, Double> weights = new TreeMap<>();
    for (JsonNode host : JSON.readTree(text).path("hosts")) {
      weights.put(
          host.path("instance").asString(), host.path("weights").path("effective").asDouble());
    }
    last = weights;
    double peers =
        weights.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(instance))
            .mapToDouble(Map.Entry::getValue)
            .average()
            .orElseThrow(() -> new IllegalStateException(service + " has no other host: " + text));
    Double own = weights.get(instance);
    if (own == null) {
      throw new IllegalStateException(service + " has no host " + instance + ": " + text);
    }
    return own / peers;
  }
}
