package io.headgate.controlplane.fleetstate;

import java.util.Map;

/**
 * What a proxy's group has of one type now.
 *
 * @param version the content hash over all of them
 * @param resources the version of each resource, by name
 */
public record Expected(String version, Map<String, String> resources) {
  public static final Expected NOTHING = new Expected("", Map.of());

  public Expected {
    resources = Map.copyOf(resources);
  }
}
