package io.headgate.dataplane.xds;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All accepted resources at one moment, as they go to disk.
 *
 * @param receivedAt when the newest of them was received from a management server
 */
record SavedConfig(Instant receivedAt, List<SavedType> types) {
  SavedConfig {
    types = List.copyOf(types);
  }

  /** The accepted resources of one type, with the version and origin of the last whole response. */
  record SavedType(
      ResourceType type, String version, String identifier, List<NamedResource> resources) {
    SavedType {
      resources = List.copyOf(resources);
    }
  }

  Optional<SavedType> of(ResourceType type) {
    return types.stream().filter(saved -> saved.type() == type).findFirst();
  }
}
