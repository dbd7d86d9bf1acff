package io.headgate.dataplane.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodFiles;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodWriter;
import io.headgate.dataplane.xds.lastknowngood.SavedConfig;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.NamedResource;
import io.headgate.dataplane.xds.resource.Received;
import io.headgate.dataplane.xds.resource.RecordingSink;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.stream.ConnectingTest;
import io.headgate.dataplane.xds.stream.ControlPlaneCycle;
import io.headgate.dataplane.xds.stream.FakeStreams;
import io.headgate.dataplane.xds.thread.ManualThread;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting, the disk, and where config comes from. */
class DiscoveryClientTest {
  private static final Duration FETCH = Duration.ofSeconds(15);

  @TempDir Path directory;
  private final ManualThread thread = new ManualThread();
  private final FakeStreams streams = new FakeStreams();
  private final RecordingSink sink = new RecordingSink();
  private final Ledger ledger = new Ledger();
  private final ResponseJudge judge = new ResponseJudge(sink);
  private final List<String> settled = new ArrayList<>();
  private final DiscoveryClient client = client();

  private DiscoveryClient client() {
    ControlPlaneCycle cycle =
        new ControlPlaneCycle(
            List.of(
                List.of(ConnectingTest.controlPlane("x", 1), ConnectingTest.controlPlane("x", 2))),
            new Random(1));
    return new DiscoveryClient(
        new DiscoveryClient.Parts(thread, ledger, judge, streams, cycle, new Random(1)),
        new Settled(settled),
        XdsMetrics.NONE);
  }

  record Settled(List<String> names) implements ConfigReceiver {
    @Override
    public Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> endpoints(
        List<Received<ClusterLoadAssignment>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> listeners(List<Received<Listener>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> routes(
        List<Received<RouteConfiguration>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> secrets(List<Received<Secret>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public void settled(ResourceType type, String name) {
      names.add(type.label() + " " + name);
    }
  }

  private void useDisk() {
    LastKnownGoodFiles files = new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null));
    client.useDisk(
        files.load(),
        new LastKnownGoodWriter(thread, Runnable::run, files, client::held, success -> {}));
  }

  private void saved(long revision) throws IOException {
    new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null))
        .save(
            new SavedConfig(
                Instant.parse("2025-12-31T00:00:00Z"),
                List.of(
                    savedType(ResourceType.CLUSTER, revision),
                    savedType(ResourceType.ENDPOINTS, revision))));
  }

  private static SavedConfig.SavedType savedType(ResourceType type, long revision) {
    return new SavedConfig.SavedType(
        type,
        "v" + revision,
        Messages.INCARNATION + "/" + revision,
        List.of(Messages.named(type, "a", "1")));
  }

  private void answer(ResourceType type, long revision, String... names) {
    answerWith("live", type, revision, names);
  }

  private void answerWith(String content, ResourceType type, long revision, String... names) {
    List<NamedResource> resources = new ArrayList<>();
    for (String name : names) {
      resources.add(Messages.named(type, name, content));
    }
    ResponseJudge.Verdict verdict =
        judge.judge(
            ledger.of(type),
            new ResponseJudge.Response(
                "v" + revision,
                Messages.INCARNATION + "/" + revision,
                resources,
                Set.of(),
                Map.of()));
    streams.last().events.answered(Optional.of(type), verdict);
  }

  @Test
  void rule7AWaitEndsWithAnAnswerOrWithItsTime() {
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    client.want(ResourceType.ENDPOINTS, new Interest.Names(Set.of("a", "b", "never")), FETCH);
    client.want(ResourceType.ROUTES, new Interest.Names(Set.of("r")), Duration.ZERO);
    thread.settle();
    streams.last().events.connected();

    answer(ResourceType.CLUSTER, 1);
    assertThat(settled).containsExactly("cluster *");
    sink.refuse.add("b");
    answer(ResourceType.ENDPOINTS, 1, "a", "b");
    assertThat(settled).containsExactly("cluster *", "endpoints a", "endpoints b");

    thread.advance(Duration.ofSeconds(14));
    assertThat(settled).hasSize(3);
    thread.advance(Duration.ofSeconds(2));
    assertThat(settled)
        .containsExactly("cluster *", "endpoints a", "endpoints b", "endpoints never");
    thread.advance(Duration.ofHours(1));
    assertThat(settled).as("zero waits for ever").doesNotContain("routes r");
  }

  @Test
  void anInterestIsSentOnceAndAfterTheAnswerThatCausedIt() {
    client.start();
    streams.last().events.connected();
    client.want(ResourceType.ENDPOINTS, new Interest.Names(Set.of("a")), FETCH);
    client.want(ResourceType.ENDPOINTS, new Interest.Names(Set.of("a", "b")), FETCH);
    assertThat(streams.last().changes).isEmpty();
    thread.settle();
    assertThat(streams.last().changes).containsExactly(ResourceType.ENDPOINTS);
  }

  @Test
  void rule12WithoutAnAnswerItServesFromDiskAndSaysSo() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    thread.advance(Duration.ofMillis(2_900));
    assertThat(sink.offered).isEmpty();
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.NONE);

    thread.advance(Duration.ofMillis(200));
    assertThat(sink.offered).containsExactly("a@1");
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LAST_KNOWN_GOOD);
    assertThat(client.source().file()).isEqualTo("last-known-good");
    assertThat(client.source().receivedAt()).contains(Instant.parse("2025-12-31T00:00:00Z"));

    client.want(ResourceType.ENDPOINTS, new Interest.Names(Set.of("a", "b")), FETCH);
    thread.settle();
    assertThat(sink.offered).containsExactly("a@1", "a@1");
    assertThat(settled)
        .as("nobody waits for what is not on disk")
        .contains("endpoints a", "endpoints b");
  }

  @Test
  void rule12WhenAllHaveFailedItDoesNotWaitForTheBound() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.ended("refused");
    assertThat(sink.offered).isEmpty();
    thread.advance(Duration.ofMillis(500));
    streams.last().events.ended("refused");
    assertThat(sink.offered).containsExactly("a@1");
  }

  @Test
  void rule12AnAnswerInTimeLeavesTheDiskAlone() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 6, "live");
    thread.advance(Duration.ofSeconds(10));
    assertThat(sink.offered).containsExactly("live@live");
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);
  }

  @Test
  void rule12WhatIsOnDiskCountsAsAppliedSoNothingOlderFollows() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    thread.advance(Duration.ofSeconds(4));
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 4, "old");
    assertThat(sink.offered).containsExactly("a@1");
    assertThat(ledger.of(ResourceType.CLUSTER).heldVersions()).containsOnlyKeys("a");
    answer(ResourceType.CLUSTER, 6, "new");
    assertThat(sink.offered).containsExactly("a@1", "new@live");
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);
  }

  @Test
  void rule12AfterARestartAReplicaThatIsBehindIsRefusedAndTheDiskServes() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 4, "old");
    assertThat(sink.offered).isEmpty();
    thread.advance(Duration.ofSeconds(4));
    assertThat(sink.offered).containsExactly("a@1");
    answer(ResourceType.CLUSTER, 6, "new");
    assertThat(sink.offered).containsExactly("a@1", "new@live");
  }

  @Test
  void rule12AfterARestartOneTypeThatIsBehindIsServedFromDiskThoughOthersAreLive()
      throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    client.want(ResourceType.LISTENER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 4, "old");
    answer(ResourceType.LISTENER, 4, "l");
    thread.advance(Duration.ofSeconds(4));
    assertThat(sink.offered).containsExactly("l@live", "a@1");
    assertThat(settled).contains("cluster *", "listener *");
  }

  @Test
  void rule12AnAnswerThatIsBehindIsMadeGoodFromDiskWheneverItComes() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    client.want(ResourceType.LISTENER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.LISTENER, 4, "l");
    thread.advance(Duration.ofSeconds(4));
    assertThat(sink.offered).containsExactly("l@live");
    answer(ResourceType.CLUSTER, 4, "old");
    assertThat(sink.offered).containsExactly("l@live", "a@1");
  }

  @Test
  void rule12AfterARestartTheSameContentFromAReplicaThatCountsLessIsTaken() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answerWith("1", ResourceType.CLUSTER, 3, "a", "b");
    answer(ResourceType.CLUSTER, 3);
    assertThat(sink.offered).as("more or less than what is on disk is older").isEmpty();

    answerWith("1", ResourceType.CLUSTER, 3, "a");
    assertThat(sink.offered).containsExactly("a@1");
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);
    answer(ResourceType.CLUSTER, 4, "a");
    assertThat(sink.offered).as("5 is still what was applied").containsExactly("a@1");
    assertThat(ledger.of(ResourceType.CLUSTER).identifier()).endsWith("/5");
  }

  @Test
  void rule12AStartThatLosesEveryControlPlaneHalfWayTakesTheRestFromDisk() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 6, "a");
    client.want(ResourceType.ENDPOINTS, new Interest.Names(Set.of("a")), FETCH);
    streams.last().events.ended("gone");
    thread.advance(Duration.ofMillis(500));
    streams.last().events.ended("refused");
    assertThat(sink.offered).containsExactly("a@live", "a@1");
    assertThat(settled).contains("endpoints a");
  }

  @Test
  void aServerThatIsSilentAboutWhatItWasToldAgrees() throws IOException {
    saved(5);
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.ended("refused");
    thread.advance(Duration.ofSeconds(4));
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LAST_KNOWN_GOOD);
    streams.last().events.connected();
    thread.advance(Duration.ofSeconds(4));
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);
    streams.last().events.ended("gone");
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.RETAINED);
  }

  @Test
  void rule12AppliedConfigGoesToDiskOnceTheStartIsComplete() {
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 1, "a");
    thread.advance(Duration.ofSeconds(2));
    assertThat(new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null)).load().config())
        .isEmpty();

    client.saveFromNow();
    thread.advance(Duration.ofSeconds(2));
    answer(ResourceType.CLUSTER, 2, "a", "b");
    thread.advance(Duration.ofSeconds(2));
    SavedConfig saved =
        new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null))
            .load()
            .config()
            .orElseThrow();
    assertThat(saved.of(ResourceType.CLUSTER).orElseThrow().version()).isEqualTo("v2");
    assertThat(saved.of(ResourceType.CLUSTER).orElseThrow().resources()).hasSize(2);
  }

  @Test
  void rule12BothFilesCorruptIsSaidAndTheStartGoesOn() throws IOException {
    java.nio.file.Files.writeString(directory.resolve("last-known-good"), "x");
    java.nio.file.Files.writeString(directory.resolve("last-known-good.previous"), "y");
    useDisk();
    client.start();
    client.want(ResourceType.CLUSTER, new Interest.All(), FETCH);
    thread.advance(Duration.ofSeconds(5));
    assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.NONE);
    assertThat(client.source().problem()).contains("last-known-good.previous: ");
    streams.last().events.connected();
    answer(ResourceType.CLUSTER, 1, "a");
    assertThat(sink.offered).containsExactly("a@live");
  }
}
