package io.headgate.dataplane.xds.lastknowngood;

import io.headgate.dataplane.xds.resource.NamedResource;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All accepted resources at one moment, as they go to disk.
 *
 * @param receivedAt when the newest of them was received from a management server
 */
public record SavedConfig(Instant receivedAt, List<SavedType> types) {
  public SavedConfig {
    types = List.copyOf(types);
  }

  /** The accepted resources of one type, with the version and origin of the last whole response. */
  public record SavedType(
      ResourceType type, String version, String identifier, List<NamedResource> resources) {
    public SavedType {
      resources = List.copyOf(resources);
    }
  }

  public Optional<SavedType> of(ResourceType type) {
    return types.stream().filter(saved -> saved.type() == type).findFirst();
  }
}
