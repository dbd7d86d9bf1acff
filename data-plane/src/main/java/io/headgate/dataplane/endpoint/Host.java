package io.headgate.dataplane.endpoint;

/**
 * A host as one endpoint update describes it.
 *
 * @param endpoint the live object, kept over updates
 * @param weight load-balancing weight, at least 1
 * @param priority 0 is used first
 * @param healthy what discovery says: false takes it out of the rotation except in panic
 * @param configured what the update said of it, for reports and admin
 */
public record Host(
    Endpoint endpoint, int weight, int priority, boolean healthy, HostDescription configured) {

  public Host {
    if (weight < 1) {
      throw new IllegalArgumentException("weight " + weight + " is below 1");
    }
    if (priority < 0) {
      throw new IllegalArgumentException("priority " + priority + " is negative");
    }
  }

  /** Whether discovery has it drain: it finishes what it has and is sent nothing new. */
  public boolean draining() {
    return configured.healthStatus().equals("DRAINING");
  }
}
