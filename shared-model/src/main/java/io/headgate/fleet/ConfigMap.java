package io.headgate.fleet;

import java.util.Map;

/** Texts that everybody may read, such as certificates of authorities. */
public record ConfigMap(ObjectMeta metadata, Map<String, String> data) implements FleetObject {
  public ConfigMap {
    data = Map.copyOf(data);
  }

  @Override
  public Kind kind() {
    return Kind.CONFIG_MAP;
  }
}
