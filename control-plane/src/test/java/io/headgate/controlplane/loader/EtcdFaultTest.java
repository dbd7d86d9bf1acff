package io.headgate.controlplane.loader;

import static io.headgate.controlplane.loader.TestReplica.CART;
import static io.headgate.controlplane.loader.TestReplica.PREFIX;
import static io.headgate.controlplane.loader.TestReplica.hostAt;
import static io.headgate.controlplane.loader.TestReplica.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdFaultTest {
  private static final WriteRequest ALICE = WriteRequest.by("alice", "because");
  private EtcdServer etcd;

  @TempDir Path directory;

  @BeforeEach
  void startEtcd() {
    etcd = EtcdServer.start();
  }

  @AfterEach
  void stopEtcd() {
    etcd.close();
  }

  @Test
  void aKilledEtcdChangesNothingAndTheWatchGoesOnAfterwards() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      one.store.writer().put(service("cart", 80), ALICE);
      one.until(() -> one.has(CART));
      etcd.kill();
      one.until(() -> one.store.health().state() == StoreHealth.State.DISK);
      assertThat(one.has(CART)).isTrue();
      assertThat(one.store.writer().put(service("cart", 81), ALICE))
          .isInstanceOf(WriteOutcome.Unavailable.class);
      etcd.restart();
      one.live();
      assertThat(one.store.writer().put(service("cart", 82), ALICE))
          .isInstanceOf(WriteOutcome.Done.class);
      assertThat(one.images)
          .noneMatch(image -> image.objects().isEmpty() && one.images.indexOf(image) > 1);
    }
  }

  @Test
  void anEtcdThatHangsIsNoticedByTheCanary() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      etcd.pause();
      one.until(() -> one.store.health().state() == StoreHealth.State.DISK);
      etcd.resume();
      one.live();
    }
  }

  @Test
  void compactionWhileIsolatedIsMadeUpByAListing() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory);
        Relay relay = Relay.to(etcd.port());
        TestReplica two =
            TestReplica.start(relay.endpoint(), "two", directory, CandidateCheck.NONE)) {
      one.live();
      two.live();
      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      etcd.put(PREFIX + "hosts/default/cart/b", hostAt(8002));
      two.until(() -> two.hosts() == 2);

      relay.cut();
      two.until(() -> two.store.health().state() == StoreHealth.State.DISK);
      etcd.put(PREFIX + "hosts/default/cart/c", hostAt(8003));
      etcd.ctl("del", PREFIX + "hosts/default/cart/a");
      one.until(() -> one.hosts() == 2 && one.store.image().hosts(CART).hosts().containsKey("c"));
      etcd.ctl("compact", Long.toString(one.store.image().provenance().revision()));
      int published = two.images.size();
      relay.restore();
      two.live().until(() -> two.store.image().hosts(CART).hosts().containsKey("c"));

      assertThat(two.store.image().services()).isEqualTo(one.store.image().services());
      assertThat(two.images.subList(published, two.images.size()))
          .allMatch(image -> !image.services().isEmpty());
    }
  }

  @Test
  void aWipedEtcdIsHeldAndRestoreBringsEverythingBack() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live();
        TestReplica two = TestReplica.start(etcd, "two", directory).live()) {
      one.store.writer().put(service("cart", 80), ALICE);
      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      one.until(() -> one.has(CART) && one.hosts() == 1);
      two.until(() -> two.has(CART) && two.hosts() == 1);
      String before = one.store.image().provenance().incarnation();

      etcd.wipe();
      one.until(() -> one.store.health().state() == StoreHealth.State.HELD);
      two.until(() -> two.store.health().state() == StoreHealth.State.HELD);
      assertThat(one.has(CART)).isTrue();
      assertThat(one.store.health().reason()).contains(before).contains("none");
      assertThat(one.store.writer().put(service("cart", 81), ALICE))
          .isInstanceOf(WriteOutcome.Held.class);
      one.until(() -> etcd.keys(PREFIX + "holds/").contains(PREFIX + "holds/etcd"));

      try (TestReplica fresh = TestReplica.start(etcd, "fresh", directory)) {
        assertThat(one.store.recovery().restore(ALICE)).isInstanceOf(Recovery.Outcome.Done.class);
        one.live();
        two.live();
        fresh.live();
        for (TestReplica replica : List.of(one, two, fresh)) {
          assertThat(replica.object(CART).json()).isEqualTo(service("cart", 80).json());
          assertThat(replica.hosts()).isEqualTo(1);
          assertThat(replica.store.image().provenance().incarnation()).isNotEqualTo(before);
        }
        assertThat(fresh.images).allMatch(image -> image.objects().containsKey(CART));
      }
      assertThat(one.store.recovery().restore(ALICE))
          .isInstanceOf(Recovery.Outcome.NothingHeld.class);
    }
  }

  @Test
  void acceptEtcdTakesTheEmptyState() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      one.store.writer().put(service("cart", 80), ALICE);
      one.until(() -> one.has(CART));
      etcd.wipe();
      one.until(() -> one.store.health().state() == StoreHealth.State.HELD);
      one.until(() -> one.store.recovery().acceptEtcd(ALICE) instanceof Recovery.Outcome.Done);
      one.live();
      assertThat(one.has(CART)).isFalse();
      assertThat(etcd.keys(PREFIX + "audit/")).hasSize(1);
    }
  }

  @Test
  void aReplicaStartsFromDiskWhileEtcdIsAwayAndFromTheCopyBeforeWhenItIsBroken() throws Exception {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      one.store.writer().put(service("cart", 80), ALICE);
      one.until(() -> one.has(CART));
    }
    ConfigImage first = startFromDisk();
    assertThat(first.objects()).containsKey(CART);
    assertThat(first.provenance().source()).isEqualTo(Provenance.Source.DISK);

    etcd.restart();
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      assertThat(one.images.getFirst().provenance().source()).isEqualTo(Provenance.Source.ETCD);
      one.store.writer().put(service("cart", 81), ALICE);
      one.until(() -> one.object(CART).json().contains("81"));
    }
    Path newest = directory.resolve("one").resolve("image");
    Files.writeString(newest, Files.readString(newest).replace("81", "82"));
    assertThat(Objects.requireNonNull(startFromDisk().objects().get(CART)).json()).contains("80");
  }

  private ConfigImage startFromDisk() {
    etcd.kill();
    try (TestReplica one = TestReplica.start(etcd, "one", directory)) {
      one.until(() -> one.store.health().state() == StoreHealth.State.DISK);
      return one.images.getFirst();
    }
  }
}
