package io.headgate.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdServerTest {
  @Test
  void keepsDataOverARestartAndLosesItWhenWiped() {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.put("/a", "1");
      etcd.put("/b", "-2");
      etcd.restart();
      assertThat(etcd.get("/a")).isEqualTo("1");
      assertThat(etcd.keys("/")).containsExactly("/a", "/b");
      etcd.wipe();
      assertThat(etcd.keys("/")).isEmpty();
    }
  }
}
