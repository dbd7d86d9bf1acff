package io.headgate.controlplane.loader;

import io.headgate.controlplane.EtcdServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One etcd for all tests of a class, empty before each. */
@SuppressWarnings("NullAway.Init")
abstract class StoreFixture {
  static EtcdServer etcd;

  @TempDir Path directory;

  @BeforeAll
  static void startEtcd() {
    etcd = EtcdServer.start();
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @BeforeEach
  void clear() {
    etcd.ctl("del", "--prefix", "/");
  }
}
