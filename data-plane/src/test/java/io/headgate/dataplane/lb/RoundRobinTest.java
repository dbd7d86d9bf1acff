package io.headgate.dataplane.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.roundrobin.RoundRobin;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

  static Endpoint[] endpoints(int n) {
    Endpoint[] hosts = new Endpoint[n];
    for (int i = 0; i < n; i++) {
      hosts[i] = new Endpoint(new InetSocketAddress("127.0.0.1", 1000 + i));
    }
    return hosts;
  }

  static Map<Endpoint, Integer> picks(Balancer balancer, int n) {
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < n; i++) {
      counts.merge(balancer.pick(), 1, Integer::sum);
    }
    return counts;
  }

  @Property(tries = 200)
  void everyCycleGivesEachHostExactlyItsWeight(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 500) Integer> given,
      @ForAll long seed) {
    int[] weights = given.stream().mapToInt(Integer::intValue).toArray();
    Endpoint[] hosts = endpoints(weights.length);
    Balancer balancer = RoundRobin.FACTORY.create(hosts, weights, new SplittableRandom(seed), null);
    int sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    for (int cycle = 0; cycle < 3; cycle++) {
      Map<Endpoint, Integer> counts = picks(balancer, sum);
      for (int i = 0; i < hosts.length; i++) {
        assertThat(counts.getOrDefault(hosts[i], 0)).isEqualTo(weights[i]);
      }
    }
  }

  @Test
  void aHeavyHostIsSpreadOverTheCycle() {
    Endpoint[] hosts = endpoints(3);
    Balancer balancer = RoundRobin.FACTORY.create(hosts, new int[] {5, 1, 1}, new Random(1), null);
    int longestRun = 0;
    int run = 0;
    for (int i = 0; i < 70; i++) {
      run = balancer.pick() == hosts[0] ? run + 1 : 0;
      longestRun = Math.max(longestRun, run);
    }
    assertThat(longestRun).isLessThanOrEqualTo(5);
  }

  @Test
  void sameSeedGivesTheSameOrder() {
    Endpoint[] hosts = endpoints(4);
    int[] weights = {3, 1, 2, 7};
    Balancer one = RoundRobin.FACTORY.create(hosts, weights, new SplittableRandom(7), null);
    Balancer two = RoundRobin.FACTORY.create(hosts, weights, new SplittableRandom(7), null);
    for (int i = 0; i < 100; i++) {
      assertThat(one.pick()).isSameAs(two.pick());
    }
  }

  @Test
  void weightUpdatesAtEveryPickStillShareFairly() {
    Endpoint[] hosts = endpoints(5);
    SplittableRandom random = new SplittableRandom(3);
    Balancer balancer = null;
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      int[] weights = {1000 + i % 3, 1001, 1002 - i % 2, 1003, 2000};
      balancer = RoundRobin.FACTORY.create(hosts, weights, random, balancer);
      counts.merge(balancer.pick(), 1, Integer::sum);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(counts.get(hosts[i])).isBetween(800, 867);
    }
    assertThat(counts.get(hosts[4])).isBetween(1600, 1734);
  }
}
