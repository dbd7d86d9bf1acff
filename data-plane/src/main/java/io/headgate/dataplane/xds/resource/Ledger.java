package io.headgate.dataplane.xds.resource;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One {@link TypeLedger} for each type. Thread: the xds thread. */
public final class Ledger {
  private final Map<ResourceType, TypeLedger> types = new EnumMap<>(ResourceType.class);

  public Ledger() {
    for (ResourceType type : ResourceType.values()) {
      types.put(type, new TypeLedger(type));
    }
  }

  public TypeLedger of(ResourceType type) {
    TypeLedger ledger = types.get(type);
    if (ledger == null) {
      throw new IllegalStateException("no ledger of " + type);
    }
    return ledger;
  }

  /** Types of which something is wanted, in the order in which they are asked for. */
  public List<TypeLedger> wanted() {
    List<TypeLedger> wanted = new ArrayList<>();
    for (TypeLedger ledger : types.values()) {
      if (!ledger.wantsNothing()) {
        wanted.add(ledger);
      }
    }
    return wanted;
  }
}
