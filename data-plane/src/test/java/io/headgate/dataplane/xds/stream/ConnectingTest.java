package io.headgate.dataplane.xds.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.thread.ManualThread;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rule 11: which control plane is tried when. */
public class ConnectingTest {
  public static ControlPlane controlPlane(String cluster, int port) {
    return new ControlPlane(cluster(cluster), new InetSocketAddress("127.0.0.1", port));
  }

  static Cluster cluster(String name) {
    return new Cluster(
        name,
        new EndpointSource.Static(new ClusterLoadAssignment(name, List.of())),
        LoadBalancing.DEFAULT,
        Duration.ofSeconds(1),
        CircuitBreakers.DEFAULT,
        null,
        ClusterOptions.DEFAULT);
  }

  @Test
  void fullJitterStaysBelowADoublingBoundUpToThirtySeconds() {
    long[] bounds = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000};
    double[] sums = new double[bounds.length];
    for (int seed = 0; seed < 400; seed++) {
      Backoff backoff = new Backoff(new Random(seed));
      for (int i = 0; i < bounds.length; i++) {
        long wait = backoff.afterFailure(0).toMillis();
        assertThat(wait).isBetween(0L, bounds[i]);
        sums[i] += wait;
      }
    }
    for (int i = 0; i < bounds.length; i++) {
      assertThat(sums[i] / 400).isBetween(bounds[i] * 0.4, bounds[i] * 0.6);
    }
  }

  @Test
  void aHealthyMinuteResetsTheBackoff() {
    Backoff backoff = new Backoff(new Random(1));
    for (int i = 0; i < 10; i++) {
      backoff.afterFailure(Duration.ofSeconds(59).toNanos());
    }
    for (int i = 0; i < 50; i++) {
      assertThat(backoff.afterFailure(Duration.ofSeconds(60).toNanos()).toMillis())
          .isLessThanOrEqualTo(500);
    }
  }

  @Test
  void theFirstIsChosenAtRandomAndTheLostOneComesLast() {
    ControlPlane one = controlPlane("x", 1);
    ControlPlane two = controlPlane("x", 2);
    Set<ControlPlane> first = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      ControlPlaneCycle cycle =
          new ControlPlaneCycle(List.of(List.of(one, two)), new SplittableRandom(seed));
      ControlPlane taken = cycle.next();
      first.add(taken);
      cycle.worked();
      cycle.failed(taken);
      assertThat(cycle.next()).isNotEqualTo(taken);
    }
    assertThat(first).containsExactlyInAnyOrder(one, two);
  }

  @Test
  void thePrimaryGroupIsTriedBeforeTheSecondary() {
    ControlPlane primary = controlPlane("p", 1);
    ControlPlane secondary = controlPlane("s", 2);
    for (int seed = 0; seed < 20; seed++) {
      ControlPlaneCycle cycle =
          new ControlPlaneCycle(List.of(List.of(primary), List.of(secondary)), new Random(seed));
      assertThat(cycle.next()).isEqualTo(primary);
      cycle.failed(primary);
      assertThat(cycle.exhausted()).isFalse();
      assertThat(cycle.next()).isEqualTo(secondary);
      cycle.failed(secondary);
      assertThat(cycle.exhausted()).isTrue();
      assertThat(cycle.next()).isEqualTo(primary);
    }
  }

  @Test
  void theKeeperReconnectsAndIgnoresEventsOfOldStreams() {
    ManualThread thread = new ManualThread();
    FakeStreams streams = new FakeStreams();
    List<String> heard = new ArrayList<>();
    StreamKeeper keeper =
        new StreamKeeper(
            thread,
            streams,
            new ControlPlaneCycle(
                List.of(List.of(controlPlane("x", 1), controlPlane("x", 2))), new Random(3)),
            new Random(3),
            new StreamKeeper.Listener() {
              @Override
              public void connected(ControlPlane controlPlane) {
                heard.add("connected");
              }

              @Override
              public void answered(
                  java.util.Optional<ResourceType> type, ResponseJudge.Verdict verdict) {
                heard.add("answered");
              }

              @Override
              public void lost(ControlPlane controlPlane, boolean wasConnected, String reason) {
                heard.add("lost " + wasConnected);
              }
            });
    keeper.start();
    FakeStreams.Stream first = streams.last();
    first.events.ended("refused");
    thread.advance(Duration.ofMillis(500));
    FakeStreams.Stream second = streams.last();
    assertThat(second.controlPlane).isNotEqualTo(first.controlPlane);
    second.events.connected();
    first.events.ended("late");
    keeper.interestChanged(ResourceType.CLUSTER);
    assertThat(second.changes).containsExactly(ResourceType.CLUSTER);
    second.events.ended("gone");
    second.events.ended("gone twice");
    assertThat(heard).containsExactly("lost false", "connected", "lost true");

    thread.advance(Duration.ofSeconds(1));
    assertThat(streams.opened).hasSize(3);
    assertThat(keeper.stop()).isCompleted();
    assertThat(streams.last().closed).isTrue();
    thread.advance(Duration.ofMinutes(2));
    assertThat(streams.opened).hasSize(3);
  }
}
