package io.headgate.dataplane.runtime;

import static io.headgate.dataplane.runtime.RuntimeHarness.assignment;
import static io.headgate.dataplane.runtime.RuntimeHarness.eds;
import static io.headgate.dataplane.runtime.RuntimeHarness.fixed;
import static io.headgate.dataplane.runtime.RuntimeHarness.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clusters: reuse by value, warming, and leaving. */
class ClustersTest {
  private final RuntimeHarness harness = new RuntimeHarness().live();

  private Cluster find(String name) {
    Cluster cluster = harness.runtime.clusters().find(name);
    if (cluster == null) {
      throw new AssertionError("no cluster " + name);
    }
    return cluster;
  }

  @Test
  void aClusterWarmsUntilItsEndpointsCame() {
    harness.clusters("1", eds("a"));
    assertThat(harness.runtime.clusters().find("a")).isNull();
    assertThat(harness.asked).endsWith("endpoints [a]");
    assertThat(state(harness.runtime.clusterStates(), "a"))
        .isEqualTo(new ServingState("a", "", "1", "endpoints of cluster \"a\""));

    harness.endpoints("e1", assignment("a", "10.0.0.1:80"));
    assertThat(harness.runtime.clusters().find("a")).isNotNull();
    assertThat(state(harness.runtime.clusterStates(), "a"))
        .isEqualTo(new ServingState("a", "1", "", ""));
  }

  @Test
  void aClusterWhoseEndpointsDoNotComeServesWithoutAny() {
    harness.clusters("1", eds("a"));
    harness.runtime.endpointsSettled("a");
    assertThat(harness.runtime.clusters().find("a")).isNotNull();
  }

  @Test
  void anEqualValueKeepsItsLiveObjectAndAChangedOneKeepsItsEndpoints() {
    harness.clusters("1", eds("a"));
    harness.endpoints("e1", assignment("a", "10.0.0.1:80"));
    Cluster live = find("a");

    harness.clusters("2", eds("a"));
    assertThat(harness.runtime.clusters().find("a")).isSameAs(live);
    assertThat(state(harness.runtime.clusterStates(), "a"))
        .isEqualTo(new ServingState("a", "2", "", ""));

    harness.clusters("3", eds("a", Duration.ofSeconds(9)));
    assertThat(harness.runtime.clusters().find("a")).isSameAs(live);
    assertThat(live.config().connectTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(live.hosts().size()).isEqualTo(1);
    assertThat(harness.made).hasSize(2);
  }

  @Test
  void endpointsTouchOnlyTheHostSet() {
    harness.clusters("1", eds("a"), eds("b"));
    harness.endpoints("e1", assignment("a", "10.0.0.1:80"), assignment("b", "10.0.0.9:80"));
    Cluster live = find("a");
    var hosts = find("b").hosts();
    harness.endpoints("e2", assignment("a", "10.0.0.1:80", "10.0.0.2:80"));
    assertThat(harness.runtime.clusters().find("a")).isSameAs(live);
    assertThat(live.hosts().size()).isEqualTo(2);
    assertThat(find("b").hosts()).isSameAs(hosts);
    assertThat(harness.made).hasSize(3);
  }

  @Test
  void endpointsThatAreKnownWarmALaterClusterOfTheSameName() {
    harness.clusters("1", eds("a"));
    harness.endpoints("e1", assignment("a", "10.0.0.1:80"));
    harness.clusters(
        "2",
        new io.headgate.xds.model.Cluster(
            "b",
            new io.headgate.xds.model.EndpointSource.Eds("a", RuntimeHarness.FETCH),
            eds("a").loadBalancing(),
            Duration.ofSeconds(1),
            eds("a").circuitBreakers(),
            null,
            eds("a").options()));
    assertThat(find("b").hosts().size()).isEqualTo(1);
  }

  @Test
  void aBootstrapClusterIsNotReplaced() {
    RuntimeHarness other = new RuntimeHarness();
    other.start(List.of(fixed("s")), List.of(), true);
    Map<String, String> refused =
        other.runtime.updateClusters(RuntimeHarness.versioned("1", eds("s")), List.of("s"));
    assertThat(refused).containsEntry("s", "a cluster of the bootstrap has this name");
    assertThat(other.runtime.clusters().find("s")).isNotNull();
  }

  @Test
  void aRemovedClusterWaitsForTheRoutesThatNameIt() {
    harness.clusters("1", eds("old"), eds("new"));
    harness.endpoints("e", assignment("old", "10.0.0.1:80"), assignment("new", "10.0.0.2:80"));
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "old"));

    harness.removeClusters("old");
    assertThat(harness.runtime.clusters().find("old")).isNotNull();
    harness.routes("2", Values.routes("r", "new"));
    assertThat(harness.runtime.clusters().find("old")).isNull();
  }

  @Test
  void aRemovedClusterDoesNotWaitForEver() {
    harness.clusters("1", eds("old"));
    harness.endpoints("e", assignment("old", "10.0.0.1:80"));
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "old"));
    harness.removeClusters("old");
    harness.advance(Clusters.LEAVING_MAX);
    assertThat(harness.runtime.clusters().find("old")).isNull();
  }

  @Test
  void aClusterThatComesBackWhileItLeavesKeepsItsLiveObject() {
    harness.clusters("1", eds("a"));
    harness.endpoints("e", assignment("a", "10.0.0.1:80"));
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "a"));
    Cluster live = harness.runtime.clusters().find("a");
    harness.removeClusters("a");
    harness.clusters("2", eds("a"));
    harness.advance(Duration.ofMinutes(1));
    assertThat(harness.runtime.clusters().find("a")).isSameAs(live);
  }
}
