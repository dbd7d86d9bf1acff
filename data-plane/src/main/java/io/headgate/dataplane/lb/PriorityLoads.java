package io.headgate.dataplane.lb;

/**
 * Splits traffic over priorities by the share of their hosts that is healthy.
 *
 * <p>A level's health is min(100, overprovisioning × healthy ÷ all). Level 0 takes as much as its
 * health allows, the rest spills to the next. While the healths add up to less than 100 they are
 * scaled up to it, and a level whose healthy share is below the panic threshold uses all of its
 * hosts.
 *
 * <p>Spec: Envoy, load balancing, "Priority levels" and "Panic threshold".
 */
final class PriorityLoads {

  private PriorityLoads() {}

  /**
   * Percent of the traffic for each level; adds up to 100 when any level has a host.
   *
   * @param healthy healthy hosts by level
   * @param all hosts by level
   * @param overprovisioning in percent, 140 by default
   */
  static int[] percents(int[] healthy, int[] all, int overprovisioning) {
    int[] health = new int[all.length];
    int total = 0;
    for (int p = 0; p < all.length; p++) {
      health[p] = health(healthy[p], all[p], overprovisioning);
      total = Math.min(100, total + health[p]);
    }
    if (total == 0) {
      return byHostCount(all);
    }
    int[] loads = new int[all.length];
    int left = 100;
    int first = -1;
    for (int p = 0; p < all.length && left > 0; p++) {
      loads[p] = Math.min(left, health[p] * 100 / total);
      left -= loads[p];
      if (first < 0 && loads[p] > 0) {
        first = p;
      }
    }
    loads[Math.max(first, 0)] += left;
    return loads;
  }

  /** Whether the levels together cannot carry all traffic, so that panic may begin. */
  static boolean strained(int[] healthy, int[] all, int overprovisioning) {
    int total = 0;
    for (int p = 0; p < all.length; p++) {
      total += health(healthy[p], all[p], overprovisioning);
    }
    return total < 100;
  }

  private static int health(int healthy, int all, int overprovisioning) {
    return all == 0 ? 0 : (int) Math.min(100L, (long) overprovisioning * healthy / all);
  }

  private static int[] byHostCount(int[] all) {
    long sum = 0;
    for (int n : all) {
      sum += n;
    }
    int[] loads = new int[all.length];
    if (sum == 0) {
      return loads;
    }
    int left = 100;
    int last = 0;
    for (int p = 0; p < all.length; p++) {
      loads[p] = (int) (100L * all[p] / sum);
      left -= loads[p];
      if (all[p] > 0) {
        last = p;
      }
    }
    loads[last] += left;
    return loads;
  }
}
