package io.headgate.controlplane.api;

import io.headgate.controlplane.compile.Condition;
import io.headgate.fleet.ObjectKey;
import java.util.List;

/** Says whether an accepted object works. Thread: any. */
@FunctionalInterface
public interface Statuses {
  /** The conditions of an object; empty for one that is unknown or has none. */
  List<Condition> conditions(ObjectKey key);
}
