package io.headgate.controlplane.fleetstate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The proxies that are gone for good, for the other replicas to forget them too, until they show up
 * again. Guarded by the lock of {@link Fleet}.
 */
final class Departures {
  private static final int MAX = 1_000;

  private final Map<String, Long> sequences = new LinkedHashMap<>();

  /** A proxy is gone since the change of this number. */
  void add(String nodeId, long sequence) {
    sequences.remove(nodeId);
    sequences.put(nodeId, sequence);
    if (sequences.size() > MAX) {
      sequences.remove(sequences.keySet().iterator().next());
    }
  }

  /** A proxy is there, at whatever replica. */
  void remove(String nodeId) {
    sequences.remove(nodeId);
  }

  /** Who went after the change of this number. */
  List<String> since(long sequence) {
    return sequences.entrySet().stream()
        .filter(entry -> entry.getValue() > sequence)
        .map(Map.Entry::getKey)
        .toList();
  }
}
