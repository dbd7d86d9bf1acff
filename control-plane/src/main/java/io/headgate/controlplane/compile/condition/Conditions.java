package io.headgate.controlplane.compile.condition;

import io.headgate.fleet.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects conditions by object. Thread: confined to its compiler. */
public final class Conditions {
  private final Map<ObjectKey, List<Condition>> byObject = new TreeMap<>();

  public void add(ObjectKey object, Condition condition) {
    byObject.computeIfAbsent(object, key -> new ArrayList<>()).add(condition);
  }

  public Map<ObjectKey, List<Condition>> all() {
    Map<ObjectKey, List<Condition>> copy = new TreeMap<>();
    byObject.forEach((key, list) -> copy.put(key, List.copyOf(list)));
    return Collections.unmodifiableMap(copy);
  }
}
