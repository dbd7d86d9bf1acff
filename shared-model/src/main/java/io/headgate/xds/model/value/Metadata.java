package io.headgate.xds.model.value;

import java.util.Map;

/** Opaque facts about a resource, by the filter or component that reads them. */
public record Metadata(Map<String, Value.Obj> filterMetadata) {
  public static final Metadata EMPTY = new Metadata(Map.of());

  public Metadata {
    filterMetadata = Checks.copy(filterMetadata);
  }

  /** The object under the name, empty when there is none. */
  public Value.Obj get(String name) {
    Value.Obj value = filterMetadata.get(name);
    return value == null ? Value.Obj.EMPTY : value;
  }
}
