package io.headgate.dataplane.lb.roundrobin;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.lb.Balancer;
import io.headgate.dataplane.lb.BalancerFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Weighted round robin: in every cycle of (sum of the weights) picks each host is picked exactly
 * its weight times, spread evenly.
 *
 * <p>Earliest deadline first: the k-th pick of a host of weight w in a cycle is due at (k − u) ÷ w,
 * where u in [0, 1) is the host's phase. All deadlines of a cycle lie in (0, 1], so a cycle is
 * exact whatever the phases are. A new host starts at a random phase, so that loops and proxies do
 * not move in step; a host whose weight changed keeps its phase, so that frequent weight updates
 * favour nobody. A binary heap on the deadline gives the next host in O(log n).
 *
 * <p>Thread: confined to one event loop.
 */
public final class RoundRobin implements Balancer {

  /** Makes round-robin balancers; they go on from the previous one's phases. */
  public static final BalancerFactory FACTORY = RoundRobin::create;

  private final Endpoint[] hosts;
  private final int[] weights;
  private final double[] phases;
  // How many picks of this cycle each host has had.
  private final int[] taken;
  private final double[] deadlines;
  // Heap of host indexes, earliest deadline first.
  private final int[] heap;
  private final long cycle;
  private long picksInCycle;

  private RoundRobin(Endpoint[] hosts, int[] weights, double[] phases) {
    this.hosts = hosts;
    this.weights = weights;
    this.phases = phases;
    int n = hosts.length;
    taken = new int[n];
    deadlines = new double[n];
    heap = new int[n];
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += weights[i];
      deadlines[i] = (1 - phases[i]) / weights[i];
      heap[i] = i;
    }
    cycle = sum;
    for (int i = n / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  private static Balancer create(
      Endpoint[] hosts, int[] weights, RandomGenerator random, @Nullable Balancer previous) {
    int[] reduced = reduce(weights);
    double[] phases = new double[hosts.length];
    Map<Endpoint, Double> kept = previous instanceof RoundRobin before ? before.phases() : Map.of();
    for (int i = 0; i < hosts.length; i++) {
      Double phase = kept.get(hosts[i]);
      phases[i] = phase == null ? random.nextDouble() : phase;
    }
    return new RoundRobin(hosts, reduced, phases);
  }

  @Override
  public Endpoint pick() {
    int first = heap[0];
    int count = ++taken[first];
    int weight = weights[first];
    // Past its weight a host waits for the next cycle, whose deadlines lie in (1, 2].
    deadlines[first] =
        count < weight ? (count + 1 - phases[first]) / weight : 1 + (1 - phases[first]) / weight;
    if (++picksInCycle == cycle) {
      startCycle();
    } else {
      siftDown(0);
    }
    return hosts[first];
  }

  /** At the end of a cycle every host has had its weight; deadlines move back by one. */
  private void startCycle() {
    picksInCycle = 0;
    for (int i = 0; i < hosts.length; i++) {
      taken[i] = 0;
      deadlines[i] = (1 - phases[i]) / weights[i];
    }
    for (int i = heap.length / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** How far each host is from its next pick now, as the phase to start a new schedule with. */
  private Map<Endpoint, Double> phases() {
    Map<Endpoint, Double> now = new HashMap<>();
    // Virtual time is the earliest deadline: all before it have been picked.
    double time = deadlines[heap[0]];
    for (int i = 0; i < hosts.length; i++) {
      double wait = (deadlines[i] - time) * weights[i];
      now.put(hosts[i], Math.clamp(1 - wait, 0.0, Math.nextDown(1.0)));
    }
    return now;
  }

  private void siftDown(int from) {
    int[] h = heap;
    int n = h.length;
    int moving = h[from];
    double deadline = deadlines[moving];
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= n) {
        break;
      }
      if (child + 1 < n && before(h[child + 1], h[child])) {
        child++;
      }
      double other = deadlines[h[child]];
      if (deadline < other || (deadline == other && moving < h[child])) {
        break;
      }
      h[at] = h[child];
      at = child;
    }
    h[at] = moving;
  }

  private boolean before(int a, int b) {
    return deadlines[a] < deadlines[b] || (deadlines[a] == deadlines[b] && a < b);
  }

  private static int[] reduce(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      divisor = gcd(divisor, weight);
    }
    int[] reduced = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      reduced[i] = weights[i] / divisor;
    }
    return reduced;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
