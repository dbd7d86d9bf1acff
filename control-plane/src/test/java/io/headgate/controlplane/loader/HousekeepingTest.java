package io.headgate.controlplane.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.store.Election;
import io.headgate.controlplane.store.EtcdConfig;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.LeaseKeeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the leader clears away, in a real etcd. */
class HousekeepingTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final String PREFIX = TestReplica.PREFIX;
  private static final int KEPT = 3;

  private final EtcdServer etcd = EtcdServer.start();
  private final EtcdConnection connection;
  private final LeaseKeeper keeper;
  private final AtomicBoolean eligible = new AtomicBoolean(true);
  private final Election election;
  private final Housekeeping housekeeping;

  HousekeepingTest() throws Exception {
    connection = EtcdConnection.open(EtcdConfig.of(etcd.endpoint()));
    keeper = new LeaseKeeper(() -> Optional.of(connection), Duration.ofSeconds(2));
    election = new Election("one", keeper, () -> Optional.of(connection), eligible::get);
    housekeeping =
        new Housekeeping(
            election, () -> Optional.of(connection), Clock.fixed(NOW, ZoneOffset.UTC), KEPT);
  }

  @BeforeEach
  void lead() {
    keeper.start();
    await().until(election::isLeader);
  }

  @AfterEach
  void end() {
    keeper.close();
    connection.close();
    etcd.close();
  }

  /** An entry of that day's age, which names a value before. */
  private void entry(String id, String about, int days, String before) {
    AuditEntry entry =
        new AuditEntry(
            id,
            0,
            new AuditEntry.By(NOW.minus(Duration.ofDays(days)), "olga", ""),
            AuditEntry.Action.PUT,
            about,
            before,
            null);
    etcd.put(PREFIX + AuditLog.PREFIX + id, entry.encode());
    etcd.put(PREFIX + AuditLog.VALUES + before, "{}");
  }

  private List<String> left(String under) {
    return etcd.keys(PREFIX + under).stream()
        .map(key -> key.substring((PREFIX + under).length()))
        .toList();
  }

  @Test
  void tooOldAndTooManyEntriesGoWithTheValuesThatOnlyTheyName() {
    entry("01", "config/service/default/a", 91, "only-of-the-old");
    entry("02", "config/service/default/a", 89, "of-two");
    entry("03", "config/service/default/a", 50, "of-two-too-many");
    entry("04", "config/service/default/a", 40, "of-two");
    entry("05", "config/service/default/a", 30, "new");
    entry("06", "config/service/default/b", 20, "of-another");
    etcd.put(PREFIX + AuditLog.PREFIX + "07", "no entry at all");
    housekeeping.run();
    assertThat(left(AuditLog.PREFIX)).containsExactly("03", "04", "05", "06");
    assertThat(left(AuditLog.VALUES))
        .containsExactly("new", "of-another", "of-two", "of-two-too-many");
  }

  @Test
  void theCanaryOfAReplicaThatIsGoneGoes() {
    etcd.put(PREFIX + "control-planes/members/one", "{}");
    etcd.put(PREFIX + "control-planes/canary/one", "1");
    etcd.put(PREFIX + "control-planes/canary/gone", "1");
    housekeeping.run();
    assertThat(left("control-planes/canary/")).containsExactly("one");
  }

  @Test
  void historyIsForgottenOneRoundLater() throws Exception {
    etcd.put("/x", "1");
    long old = connection.read("x").revision();
    etcd.put("/x", "2");
    housekeeping.run();
    assertThat(etcd.ctl("get", "/x", "--rev=" + old, "--print-value-only")).contains("1");
    etcd.put("/x", "3");
    housekeeping.run();
    assertThatThrownBy(() -> etcd.ctl("get", "/x", "--rev=" + old))
        .hasMessageContaining("compacted");
    assertThat(etcd.get("/x")).isEqualTo("3");
  }

  @Test
  void aReplicaThatDoesNotLeadClearsNothing() {
    eligible.set(false);
    await().until(() -> !election.isLeader());
    entry("01", "config/service/default/a", 91, "old");
    housekeeping.run();
    assertThat(left(AuditLog.PREFIX)).containsExactly("01");
  }
}
