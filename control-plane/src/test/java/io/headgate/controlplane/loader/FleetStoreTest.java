package io.headgate.controlplane.loader;

import static io.headgate.controlplane.loader.TestReplica.CART;
import static io.headgate.controlplane.loader.TestReplica.PREFIX;
import static io.headgate.controlplane.loader.TestReplica.hostAt;
import static io.headgate.controlplane.loader.TestReplica.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.FleetWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetStoreTest extends StoreFixture {
  private static final WriteRequest ALICE = WriteRequest.by("alice", "because");

  @Test
  void anObjectWrittenByTheApiIsAcceptedAuditedAndPublished() throws Exception {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      WriteOutcome first = one.store.writer().put(service("cart", 80), ALICE);
      assertThat(first)
          .isInstanceOfSatisfying(
              WriteOutcome.Done.class,
              done -> assertThat(done.effect()).isEqualTo(WriteOutcome.Effect.CREATED));
      long created = ((WriteOutcome.Done) first).revision();
      one.at(created);

      AcceptedObject accepted = one.object(CART);
      assertThat(accepted.author()).isEqualTo("alice");
      assertThat(accepted.revision()).isEqualTo(created);
      assertThat(one.store.image().holds()).isEmpty();
      assertThat(one.deltas.getLast().objects()).containsExactly(CART);

      assertThat(one.store.writer().put(service("cart", 80), ALICE))
          .isEqualTo(new WriteOutcome.Done(WriteOutcome.Effect.UNCHANGED, created));
      var second =
          (WriteOutcome.Done) one.store.writer().put(service("cart", 81), ALICE.expecting(created));
      assertThat(second.effect()).isEqualTo(WriteOutcome.Effect.UPDATED);
      assertThat(one.store.writer().put(service("cart", 82), ALICE.expecting(created)))
          .isEqualTo(new WriteOutcome.Conflict(second.revision()));

      List<AuditEntry> history =
          one.store.audit().list(10, Optional.empty(), Optional.of("config/" + CART));
      assertThat(history)
          .extracting(AuditEntry::revision)
          .containsExactly(second.revision(), created);
      assertThat(history.getFirst().by().principal()).isEqualTo("alice");
      assertThat(
              one.store.audit().previousValue(Objects.requireNonNull(history.getFirst().before())))
          .hasValue(service("cart", 80).json());

      var deleted = (WriteOutcome.Done) one.store.writer().delete(CART, ALICE);
      assertThat(deleted.effect()).isEqualTo(WriteOutcome.Effect.DELETED);
      one.at(deleted.revision());
      assertThat(one.has(CART)).isFalse();
      assertThat(one.store.writer().delete(CART, ALICE)).isEqualTo(new WriteOutcome.Missing());
    }
  }

  @Test
  void aDryRunWritesNothing() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      WriteOutcome outcome = one.store.writer().put(service("cart", 80), ALICE.asDryRun());
      assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
      assertThat(etcd.keys(PREFIX + "config/")).isEmpty();
    }
  }

  @Test
  void goodValuesWrittenPastTheApiAreAcceptedByTheLeader() throws Exception {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live().leading()) {
      etcd.put(
          PREFIX + "config/service/default/cart",
          """
          {"apiVersion":"v1","kind":"Service","metadata":{"name":"cart","owner":"shop-team"},"spec":{"ports":[{"port":80}]}}\
          """);
      one.until(() -> one.has(CART));
      assertThat(one.object(CART).author()).isEqualTo("shop-team");
      assertThat(one.store.audit().list(10, Optional.empty(), Optional.empty()))
          .singleElement()
          .satisfies(entry -> assertThat(entry.action()).isEqualTo(AuditEntry.Action.ACCEPT));

      etcd.ctl("del", PREFIX + "config/service/default/cart");
      one.until(() -> !one.has(CART));
      assertThat(etcd.keys(PREFIX + "accepted/")).isEmpty();
    }
  }

  @Test
  void badValuesAreHeldAloneAndAReplicaStartedLaterSeesTheSame() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live().leading()) {
      var done = (WriteOutcome.Done) one.store.writer().put(service("cart", 80), ALICE);
      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      one.at(done.revision()).until(() -> one.hosts() == 1);

      etcd.put(PREFIX + "config/service/default/cart", "no json");
      etcd.put(
          PREFIX + "hosts/default/cart/a",
          "{\"Op\":0,\"Addr\":\"127.0.0.1:8001\",\"Metadata\":{\"weight\":-1}}");
      etcd.put(PREFIX + "hosts/default/cart/b", hostAt(8002));
      one.until(() -> one.hosts() == 2 && one.store.image().holds().size() == 2);
      one.until(() -> !etcd.keys(PREFIX + "holds/value/").isEmpty());

      Hold hold =
          Objects.requireNonNull(one.store.image().holds().get("config/service/default/cart"));
      assertThat(hold.author()).isEqualTo("revision " + hold.revision());
      assertThat(hold.problem().violations()).isNotEmpty();
      assertThat(one.has(CART)).isTrue();
      assertThat(one.store.image().holds()).containsKey("hosts/default/cart/a");
      assertThat(one.store.asked(CART).orElseThrow().hold()).isPresent();

      try (TestReplica two = TestReplica.start(etcd, "two", directory).live()) {
        assertThat(two.store.image().objects()).isEqualTo(one.store.image().objects());
        assertThat(two.store.image().services()).isEqualTo(one.store.image().services());
        assertThat(two.store.image().holds().keySet())
            .isEqualTo(one.store.image().holds().keySet());
      }

      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      one.until(() -> !one.store.image().holds().containsKey("hosts/default/cart/a"));
      one.until(() -> etcd.keys(PREFIX + "holds/value/").isEmpty());
    }
  }

  @Test
  void whatTheDryRunRefusesIsHeldAndRefused() {
    ObjectKey bad = new ObjectKey(Kind.SERVICE, "default", "bad");
    CandidateCheck check =
        (candidate, changed) ->
            changed.contains(bad)
                ? Map.of(bad, List.of(new Violation("spec", 0, "", "a proxy would refuse it", "")))
                : Map.of();
    try (TestReplica one =
        TestReplica.start(etcd.endpoint(), "one", directory, check).live().leading()) {
      assertThat(one.store.writer().put(service("bad", 80), ALICE))
          .isInstanceOf(WriteOutcome.Invalid.class);
      etcd.put(PREFIX + "config/service/default/bad", service("bad", 80).json());
      etcd.put(PREFIX + "config/service/default/cart", service("cart", 80).json());
      one.until(() -> one.has(CART) && one.store.image().holds().size() == 1);
      assertThat(one.has(bad)).isFalse();
    }
  }

  @Test
  void anOverrideAppliesUntilItExpires() {
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live()) {
      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      HostKey a = new HostKey("default", "cart", "a");
      ObjectMeta meta =
          new ObjectMeta(
              "cart/a", "default", Map.of(), Map.of(), null, Instant.now().plusSeconds(3));
      HostOverride word = new HostOverride(meta, 0.25, true, false, "slow");
      WriteOutcome outcome =
          one.store
              .writer()
              .put(new ConfigWriter.Wanted(word, FleetWriter.storedJson(word)), ALICE);
      assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
      one.until(() -> one.store.image().overrides().containsKey(a));
      assertThat(one.host("a").draining()).isTrue();
      assertThat(one.host("a").effectiveWeight()).isEqualTo(0.25);
      one.until(() -> one.store.image().overrides().isEmpty());
      assertThat(one.host("a").draining()).isFalse();
    }
  }

  @Test
  void onlyTheLeaderWritesWeightsAndBadOnesAreHeld() {
    ServiceWeights weights =
        new ServiceWeights(
            Instant.parse("2026-01-01T00:00:00Z"),
            Map.of("a", new FleetWeight(0.5, List.of("busy"))));
    try (TestReplica one = TestReplica.start(etcd, "one", directory).live().leading();
        TestReplica two = TestReplica.start(etcd, "two", directory).live()) {
      etcd.put(PREFIX + "hosts/default/cart/a", hostAt(8001));
      assertThat(two.store.writeWeights(CART, weights)).isInstanceOf(WriteResult.Conflict.class);
      assertThat(one.store.writeWeights(CART, weights)).isInstanceOf(WriteResult.Written.class);
      two.until(() -> two.hosts() == 1 && two.store.image().weights().containsKey(CART));
      assertThat(two.host("a").effectiveWeight()).isEqualTo(0.5);
      assertThat(two.store.leader()).hasValue("one");
      two.until(() -> two.store.members().size() == 2);

      etcd.put(
          PREFIX + "weights/default/cart",
          "{\"updated\":\"2026-01-01T00:00:00Z\",\"hosts\":{\"a\":{\"factor\":1e99}}}");
      two.until(() -> two.store.image().holds().containsKey("weights/default/cart"));
      assertThat(two.host("a").effectiveWeight()).isEqualTo(1);
    }
  }

  @Test
  void theOtherReplicaLeadsWhenTheLeaderLeaves() {
    try (TestReplica two = TestReplica.start(etcd, "two", directory)) {
      try (TestReplica one = TestReplica.start(etcd, "one", directory)) {
        one.live();
        two.live();
        two.until(() -> one.store.isLeader() != two.store.isLeader());
      }
      two.leading();
      assertThat(two.store.members()).extracting(Member::id).containsExactly("two");
    }
  }
}
