package io.headgate.controlplane.api;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.fleet.ObjectKey;
import java.util.List;

/** Says whether an accepted object works. Thread: any. */
@FunctionalInterface
public interface Statuses {
  /** The conditions of an object; empty for one that is unknown or has none. */
  List<Condition> conditions(ObjectKey key);

  /** What is to be said of the listeners of a gateway; empty for one that is unknown. */
  default List<ListenerState> listeners(ObjectKey gateway) {
    return List.of();
  }

  /** The gateways whose routes lead to a service, in order; empty for one that is unknown. */
  default List<ObjectKey> gatewaysOf(ObjectKey service) {
    return List.of();
  }
}
