package io.headgate.dataplane.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostDescription;
import io.headgate.dataplane.endpoint.HostSet;
import io.headgate.dataplane.lb.roundrobin.RoundRobin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HostPickerTest {

  private static final Endpoint[] NONE = new Endpoint[0];
  private final Endpoint[] hosts = RoundRobinTest.endpoints(10);
  private final Current<HostSet> set = new Current<>(HostSet.EMPTY);
  private final HealthEpoch epoch = new HealthEpoch();
  private final HostPicker picker =
      new HostPicker(
          set, epoch, new LbSettings(RoundRobin.FACTORY, 50, 140, false), new SplittableRandom(1));

  private void hosts(boolean healthy, int priority, int from, int to) {
    List<Host> all = new ArrayList<>(set.get().hosts());
    for (int i = from; i < to; i++) {
      all.add(new Host(hosts[i], 1, priority, healthy, HostDescription.NONE));
    }
    set.set(new HostSet(all));
  }

  private Map<Endpoint, Integer> picks(int n) {
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < n; i++) {
      counts.merge(Objects.requireNonNull(picker.pick(NONE, 0, 0, 0)), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void noHostGivesNull() {
    assertThat(picker.pick(NONE, 0, 0, 0)).isNull();
  }

  @Test
  void aNewHostSetHoldsFromTheNextPickOn() {
    hosts(true, 0, 0, 1);
    assertThat(picker.pick(NONE, 0, 0, 0)).isSameAs(hosts[0]);
    set.set(HostSet.EMPTY);
    hosts(true, 0, 1, 2);
    assertThat(picker.pick(NONE, 0, 0, 0)).isSameAs(hosts[1]);
  }

  @Test
  void unhealthyHostsGetNothing() {
    hosts(true, 0, 0, 4);
    hosts(false, 0, 4, 6);
    assertThat(picks(400)).containsOnlyKeys(hosts[0], hosts[1], hosts[2], hosts[3]);
  }

  @Test
  void belowTheThresholdAllHostsAreUsed() {
    hosts(true, 0, 0, 1);
    hosts(false, 0, 1, 4);
    assertThat(picks(400)).hasSize(4);
    assertThat(picker.inPanic(0)).isTrue();
  }

  @Test
  void anEjectionIsSeenAtTheNextPick() {
    hosts(true, 0, 0, 3);
    assertThat(picks(30)).hasSize(3);
    hosts[1].outlier().eject(0, "test");
    epoch.changed();
    assertThat(picks(30)).containsOnlyKeys(hosts[0], hosts[2]);
    hosts[1].outlier().uneject();
    epoch.changed();
    assertThat(picks(30)).hasSize(3);
  }

  @Test
  void trafficSpillsToTheNextPriority() {
    hosts(true, 0, 0, 2);
    hosts(false, 0, 2, 4);
    hosts(true, 1, 4, 6);
    Map<Endpoint, Integer> counts = picks(10_000);
    int first = counts.getOrDefault(hosts[0], 0) + counts.getOrDefault(hosts[1], 0);
    // Half of the hosts times 1.4 carry 70 %.
    assertThat(first).isBetween(6700, 7300);
    assertThat(counts).doesNotContainKeys(hosts[2], hosts[3]);
  }

  @Test
  void aDeadPriorityIsLeftAlone() {
    hosts(false, 0, 0, 3);
    hosts(true, 1, 3, 5);
    assertThat(picks(100)).containsOnlyKeys(hosts[3], hosts[4]);
  }

  private static Host in(String zone, long localityWeight, Endpoint endpoint) {
    return new Host(
        endpoint, 1, 0, true, new HostDescription("r", zone, "", localityWeight, "", "HEALTHY"));
  }

  @Test
  void localitiesShareByTheirWeights() {
    HostPicker weighted =
        new HostPicker(
            set, epoch, new LbSettings(RoundRobin.FACTORY, 50, 140, true), new SplittableRandom(1));
    set.set(
        new HostSet(
            List.of(
                in("a", 3, hosts[0]),
                in("b", 1, hosts[1]),
                in("b", 1, hosts[2]),
                in("c", 0, hosts[3]))));
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < 8000; i++) {
      counts.merge(Objects.requireNonNull(weighted.pick(NONE, 0, 0, 0)), 1, Integer::sum);
    }
    assertThat(counts.get(hosts[0])).isBetween(5990, 6010);
    assertThat(counts.get(hosts[1])).isBetween(990, 1010);
    assertThat(counts).doesNotContainKey(hosts[3]);
  }

  @Test
  void triedHostsAreAvoidedWhileThereAreOthers() {
    hosts(true, 0, 0, 3);
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(new Endpoint[] {hosts[0], hosts[2]}, 2, 3, 0)).isSameAs(hosts[1]);
      assertThat(picker.pick(hosts.clone(), 3, 3, 0)).isNotNull();
    }
  }
}
