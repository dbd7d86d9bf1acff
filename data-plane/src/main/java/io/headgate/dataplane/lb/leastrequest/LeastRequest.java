package io.headgate.dataplane.lb.leastrequest;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.Balancer;
import io.headgate.dataplane.lb.BalancerFactory;
import java.util.random.RandomGenerator;

/**
 * Weighted least request: draws N hosts at random in proportion to their weights and takes the one
 * with the fewest requests in flight for its weight.
 *
 * <p>Without load every draw is a tie and the first draw wins, so the shares are the weights; under
 * load in-flight counts settle in proportion to the weights. The draw is Walker's alias method
 * (Vose 1991), O(1).
 *
 * <p>Thread: confined to one event loop.
 */
public final class LeastRequest implements Balancer {

  private final Endpoint[] hosts;
  private final int[] weights;
  private final int choices;
  private final RandomGenerator random;
  // Alias table: column i gives host i below the threshold and host alias[i] above it.
  private final double[] threshold;
  private final int[] alias;

  private LeastRequest(Endpoint[] hosts, int[] weights, int choices, RandomGenerator random) {
    this.hosts = hosts;
    this.weights = weights;
    this.choices = choices;
    this.random = random;
    int n = hosts.length;
    threshold = new double[n];
    alias = new int[n];
    fillTable();
  }

  /** Makes least-request balancers that draw the given number of hosts, at least 2. */
  public static BalancerFactory factory(int choices) {
    if (choices < 2) {
      throw new IllegalArgumentException("choice count " + choices + " is below 2");
    }
    return (hosts, weights, random, previous) -> new LeastRequest(hosts, weights, choices, random);
  }

  @Override
  public Endpoint pick() {
    if (hosts.length == 1) {
      return hosts[0];
    }
    int best = draw();
    int bestActive = hosts[best].load().active();
    for (int i = 1; i < choices; i++) {
      int other = draw();
      if (other == best) {
        continue;
      }
      int active = hosts[other].load().active();
      // active ÷ weight < bestActive ÷ bestWeight, without a division
      if ((long) active * weights[best] < (long) bestActive * weights[other]) {
        best = other;
        bestActive = active;
      }
    }
    return hosts[best];
  }

  private int draw() {
    double roll = random.nextDouble() * hosts.length;
    int column = (int) roll;
    return roll - column < threshold[column] ? column : alias[column];
  }

  private void fillTable() {
    int n = hosts.length;
    double sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    double[] scaled = new double[n];
    int[] small = new int[n];
    int[] large = new int[n];
    int smalls = 0;
    int larges = 0;
    for (int i = 0; i < n; i++) {
      scaled[i] = weights[i] * n / sum;
      if (scaled[i] < 1) {
        small[smalls++] = i;
      } else {
        large[larges++] = i;
      }
    }
    while (smalls > 0 && larges > 0) {
      int less = small[--smalls];
      int more = large[--larges];
      threshold[less] = scaled[less];
      alias[less] = more;
      scaled[more] = scaled[more] + scaled[less] - 1;
      if (scaled[more] < 1) {
        small[smalls++] = more;
      } else {
        large[larges++] = more;
      }
    }
    // What is left is 1 up to rounding.
    while (larges > 0) {
      threshold[large[--larges]] = 1;
    }
    while (smalls > 0) {
      threshold[small[--smalls]] = 1;
    }
  }
}
