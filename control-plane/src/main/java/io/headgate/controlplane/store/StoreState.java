package io.headgate.controlplane.store;

import java.time.Instant;

/** How this replica stands with etcd. */
public sealed interface StoreState {
  /** Since when it is so. */
  Instant since();

  /** For people; empty when all is well. */
  String reason();

  /** Etcd does not answer, or may not be used yet. What is known stays in force. */
  record Connecting(Instant since, String reason) implements StoreState {}

  /** The watch runs. */
  record Live(Instant since, String incarnation) implements StoreState {
    @Override
    public String reason() {
      return "";
    }
  }

  /**
   * Etcd answers but is not the one that we knew: nothing of it is applied until an operator
   * decides.
   */
  record Held(Instant since, String reason) implements StoreState {}
}
