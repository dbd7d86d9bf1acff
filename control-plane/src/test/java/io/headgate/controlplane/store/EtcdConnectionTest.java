package io.headgate.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.controlplane.EtcdServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtcdConnectionTest {
  @Test
  void listsMoreThanAPageAtOneRevisionAndNothingOfItsNeighbours() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        EtcdConnection connection = EtcdConnection.open(EtcdConfig.of(etcd.endpoint()))) {
      List<Write> writes = new ArrayList<>();
      for (int i = 0; i < 2_100; i++) {
        writes.add(Write.put("hosts/default/cart/h%05d".formatted(i), "v" + i));
        if (writes.size() == 100) {
          assertThat(connection.commit(List.of(), writes)).isInstanceOf(WriteResult.Written.class);
          writes.clear();
        }
      }
      etcd.put("/headgate/v1/hostsx", "not ours");
      etcd.put("/headgate/v10/hosts/default/cart/a", "not ours");
      Listing listing = connection.list(List.of("hosts/"));
      assertThat(listing.values()).hasSize(2_100);
      assertThat(listing.values().getFirst().key()).isEqualTo("hosts/default/cart/h00000");
      assertThat(connection.newest("hosts/", Optional.empty(), 1))
          .singleElement()
          .extracting(StoredValue::value)
          .isEqualTo("v2099");
    }
  }

  @Test
  void aConflictSaysWhatIsThere() throws Exception {
    try (EtcdServer etcd = EtcdServer.start();
        EtcdConnection connection = EtcdConnection.open(EtcdConfig.of(etcd.endpoint()))) {
      WriteResult first =
          connection.commit(
              List.of(new Condition.Unchanged("config/a", 0)), List.of(Write.put("config/a", "1")));
      long revision = ((WriteResult.Written) first).revision();
      assertThat(
              connection.commit(
                  List.of(new Condition.Unchanged("config/a", 0)),
                  List.of(Write.put("config/a", "2"))))
          .isEqualTo(new WriteResult.Conflict(revision));
      etcd.kill();
      assertThat(connection.commit(List.of(), List.of(Write.put("config/a", "3"))))
          .isInstanceOf(WriteResult.Unavailable.class);
    }
  }

  @Test
  void logsInWithUserAndPassword() throws Exception {
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.ctl("user", "add", "root:secret");
      etcd.ctl("user", "grant-role", "root", "root");
      etcd.ctl("auth", "enable");
      try (EtcdConnection connection = EtcdConnection.open(config(etcd, "secret"))) {
        assertThat(connection.commit(List.of(), List.of(Write.put("config/a", "1"))))
            .isInstanceOf(WriteResult.Written.class);
      }
      try (EtcdConnection connection = EtcdConnection.open(config(etcd, "wrong"))) {
        assertThatThrownBy(() -> connection.get("config/a"))
            .isInstanceOf(StoreUnavailableException.class);
      }
      assertThat(config(etcd, "secret").toString()).doesNotContain("secret");
    }
  }

  private static EtcdConfig config(EtcdServer etcd, String password) {
    return new EtcdConfig(
        List.of(URI.create(etcd.endpoint())),
        EtcdConfig.DEFAULT_PREFIX,
        Optional.empty(),
        Optional.of(new EtcdConfig.Login("root", password)),
        Duration.ofSeconds(2));
  }
}
