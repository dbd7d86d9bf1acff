package io.headgate.dataplane.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.maglev.Maglev;
import io.headgate.dataplane.lb.ringhash.RingHash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsistentHashTest {

  private static final int KEYS = 50_000;

  enum Policy {
    /** The ring keeps its least size, so that the hosts that stay get more points as well. */
    RING(RingHash.factory(16_384, RingHash.MAX_SIZE, false), 2),
    MAGLEV(Maglev.factory(Maglev.DEFAULT_SIZE, false), 1.5);

    final BalancerFactory factory;
    final double mostMoved;

    Policy(BalancerFactory factory, double mostMoved) {
      this.factory = factory;
      this.mostMoved = mostMoved;
    }

    Balancer over(Endpoint[] hosts, int... weights) {
      return factory.create(hosts, weights, new SplittableRandom(1), null);
    }
  }

  private static int[] equal(int n) {
    int[] weights = new int[n];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static long key(int i) {
    return XxHash64.of(Integer.toString(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @EnumSource
  void aKeyKeepsItsHostInEveryProxy(Policy policy) {
    Balancer one = policy.over(RoundRobinTest.endpoints(7), equal(7));
    Balancer other = policy.over(RoundRobinTest.endpoints(7), equal(7));
    for (int i = 0; i < 1_000; i++) {
      assertThat(one.pick(key(i), 0).text()).isEqualTo(other.pick(key(i), 0).text());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostThatLeavesTakesFewKeysAlong(Policy policy) {
    Endpoint[] hosts = RoundRobinTest.endpoints(20);
    Balancer before = policy.over(hosts, equal(20));
    Balancer after = policy.over(Arrays.copyOf(hosts, 19), equal(19));
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      if (!before.pick(key(i), 0).equals(after.pick(key(i), 0))) {
        moved++;
      }
    }
    assertThat((double) moved / KEYS).isLessThanOrEqualTo(policy.mostMoved / 20);
  }

  @ParameterizedTest
  @EnumSource
  void weightsAreTheSharesOfTheKeys(Policy policy) {
    Endpoint[] hosts = RoundRobinTest.endpoints(3);
    Balancer balancer = policy.over(hosts, 1, 2, 5);
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      counts.merge(balancer.pick(key(i), 0), 1, Integer::sum);
    }
    assertThat(counts.getOrDefault(hosts[0], 0) / (double) KEYS).isCloseTo(0.125, within(0.02));
    assertThat(counts.getOrDefault(hosts[1], 0) / (double) KEYS).isCloseTo(0.25, within(0.03));
    assertThat(counts.getOrDefault(hosts[2], 0) / (double) KEYS).isCloseTo(0.625, within(0.04));
  }

  @ParameterizedTest
  @EnumSource
  void anotherAttemptCanLeadElsewhere(Policy policy) {
    Endpoint[] hosts = RoundRobinTest.endpoints(5);
    Balancer balancer = policy.over(hosts, equal(5));
    int others = 0;
    for (int i = 0; i < 1_000; i++) {
      others += balancer.pick(key(i), 0).equals(balancer.pick(key(i), 1)) ? 0 : 1;
    }
    assertThat(others).isGreaterThan(600);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAKeyAllHostsGetSome(Policy policy) {
    Endpoint[] hosts = RoundRobinTest.endpoints(4);
    Balancer balancer = policy.over(hosts, equal(4));
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      counts.merge(balancer.pick(), 1, Integer::sum);
    }
    assertThat(counts).hasSize(4);
  }
}
