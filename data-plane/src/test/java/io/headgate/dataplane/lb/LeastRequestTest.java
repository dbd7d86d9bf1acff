package io.headgate.dataplane.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.leastrequest.LeastRequest;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeastRequestTest {

  @Test
  void withoutLoadSharesAreTheWeights() {
    Endpoint[] hosts = RoundRobinTest.endpoints(3);
    Balancer balancer =
        LeastRequest.factory(2).create(hosts, new int[] {1, 2, 7}, new SplittableRandom(1), null);
    Map<Endpoint, Integer> counts = RoundRobinTest.picks(balancer, 100_000);
    assertThat(counts.get(hosts[0])).isCloseTo(10_000, within(600));
    assertThat(counts.get(hosts[1])).isCloseTo(20_000, within(600));
    assertThat(counts.get(hosts[2])).isCloseTo(70_000, within(600));
  }

  @Test
  void aBusyHostIsAvoided() {
    Endpoint[] hosts = RoundRobinTest.endpoints(2);
    Balancer balancer =
        LeastRequest.factory(2).create(hosts, new int[] {1, 1}, new SplittableRandom(1), null);
    for (int i = 0; i < 10; i++) {
      hosts[0].load().begin();
    }
    Map<Endpoint, Integer> counts = RoundRobinTest.picks(balancer, 10_000);
    // It is only taken when both draws give it.
    assertThat(counts.get(hosts[0])).isCloseTo(2500, within(300));
  }

  @Test
  void underLoadInFlightSettlesAtTheWeights() {
    Endpoint[] hosts = RoundRobinTest.endpoints(2);
    SplittableRandom random = new SplittableRandom(5);
    Balancer balancer = LeastRequest.factory(3).create(hosts, new int[] {100, 300}, random, null);
    for (int i = 0; i < 4000; i++) {
      balancer.pick().load().begin();
    }
    assertThat(hosts[1].load().active() / (double) hosts[0].load().active())
        .isCloseTo(3, within(0.1));
  }
}
