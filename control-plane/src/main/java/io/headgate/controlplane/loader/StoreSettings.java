package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.EtcdConfig;
import io.headgate.controlplane.store.WatchTiming;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How one replica works with etcd.
 *
 * @param replicaId unique among the replicas, the same after a restart
 * @param address host and port where this replica serves the others
 * @param directory for the disk copy
 * @param lease life of membership and leadership without renewal
 * @param diskGrace how long etcd may take to answer at start before the disk copy is served instead
 */
public record StoreSettings(
    EtcdConfig etcd,
    String replicaId,
    String address,
    Path directory,
    WatchTiming timing,
    Duration lease,
    Duration diskGrace) {

  /** With the defaults: lease 15 s, disk copy after 2 s. */
  public static StoreSettings of(
      EtcdConfig etcd, String replicaId, String address, Path directory) {
    return new StoreSettings(
        etcd,
        replicaId,
        address,
        directory,
        WatchTiming.DEFAULT,
        Duration.ofSeconds(15),
        Duration.ofSeconds(2));
  }
}
