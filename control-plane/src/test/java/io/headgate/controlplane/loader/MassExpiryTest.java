package io.headgate.controlplane.loader;

import static io.headgate.controlplane.loader.TestReplica.CART;
import static io.headgate.controlplane.loader.TestReplica.PREFIX;
import static io.headgate.controlplane.loader.TestReplica.hostAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.image.Hold;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MassExpiryTest extends StoreFixture {
  private static final String HOSTS = PREFIX + "hosts/default/cart/";
  private static final String HOLD = PREFIX + "holds/hosts/default/cart";

  @Test
  void manyExpiriesAreHeldForAllReplicasAndEndWhenHostsComeBack() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live().leading()) {
      List<String> leases = register(6, hostAt(8000));
      one.until(() -> one.hosts() == 6);
      leases.subList(0, 3).forEach(lease -> etcd.ctl("lease", "revoke", lease));
      one.until(() -> etcd.keys(HOLD).size() == 1);
      one.until(() -> one.hosts() == 6);
      Hold hold = Objects.requireNonNull(one.store.image().holds().get("holds/hosts/default/cart"));
      assertThat(hold.problem().reason()).isEqualTo("3 of 6 hosts expired within 10 s");
      try (TestReplica two = TestReplica.start(etcd, "two", directory).live()) {
        assertThat(two.hosts()).isEqualTo(6);
      }

      etcd.put(HOSTS + "h0", hostAt(8000));
      one.until(() -> one.hosts() == 4 && etcd.keys(HOLD).isEmpty());
      assertThat(one.store.image().holds()).isEmpty();
    }
  }

  @Test
  void aFewExpiriesPass() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      List<String> leases = register(6, hostAt(8000));
      one.until(() -> one.hosts() == 6);
      leases.subList(0, 2).forEach(lease -> etcd.ctl("lease", "revoke", lease));
      one.until(() -> one.hosts() == 4);
      assertThat(etcd.keys(HOLD)).isEmpty();
    }
  }

  @Test
  void anEmptyListFromExpiryIsHeldUntilSomebodyEndsIt() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      List<String> leases = register(1, hostAt(8000));
      one.until(() -> one.hosts() == 1);
      etcd.ctl("lease", "revoke", leases.getFirst());
      one.until(() -> etcd.keys(HOLD).size() == 1);
      assertThat(one.hosts()).isEqualTo(1);
      assertThat(one.store.writer().endHold(CART, WriteRequest.by("alice", "gone for good")))
          .isInstanceOf(WriteOutcome.Done.class);
      one.until(() -> one.hosts() == 0);
      assertThat(one.store.image().holds()).isEmpty();
    }
  }

  @Test
  void explicitDeletesPassEvenToTheLast() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      register(5, hostAt(8000));
      one.until(() -> one.hosts() == 5);
      etcd.ctl("del", "--prefix", HOSTS);
      one.until(() -> one.hosts() == 0);
      assertThat(etcd.keys(HOLD)).isEmpty();
    }
  }

  @Test
  void drainingHostsMayExpireTogether() {
    String draining = "{\"Op\":0,\"Addr\":\"127.0.0.1:8000\",\"Metadata\":{\"draining\":true}}";
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      List<String> leases = register(4, draining);
      etcd.put(HOSTS + "stays", hostAt(8001));
      one.until(() -> one.hosts() == 5);
      leases.forEach(lease -> etcd.ctl("lease", "revoke", lease));
      one.until(() -> one.hosts() == 1);
      assertThat(etcd.keys(HOLD)).isEmpty();
    }
  }

  private static List<String> register(int count, String value) {
    List<String> leases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // "lease 694d… granted with TTL(60s)"
      String lease = etcd.ctl("lease", "grant", "60").split(" ", -1)[1];
      etcd.ctl("put", "--lease=" + lease, HOSTS + "h" + i, value);
      leases.add(lease);
    }
    return leases;
  }
}
