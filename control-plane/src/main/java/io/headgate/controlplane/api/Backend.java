package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.Fleet;
import io.headgate.controlplane.loader.FleetStore;

/**
 * What the API reads and writes.
 *
 * @param store config, hosts, holds, audit, and the writes of them
 * @param fleet the proxies
 * @param statuses what is derived of objects
 * @param load what hosts are doing
 * @param replica who this is
 */
public record Backend(
    FleetStore store, Fleet fleet, Statuses statuses, HostLoads load, Replica replica) {

  /**
   * This replica.
   *
   * @param id its name
   * @param address where other replicas reach it
   * @param prefix of the etcd keys
   * @param version of the program
   */
  public record Replica(String id, String address, String prefix, String version) {}
}
