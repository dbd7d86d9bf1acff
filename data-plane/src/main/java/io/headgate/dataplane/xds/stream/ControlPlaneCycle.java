package io.headgate.dataplane.xds.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The order in which control planes are tried: the members of the first group at random, then those
 * of the next group; when all have failed, from the start in a new random order. The one that was
 * lost last comes last in its group.
 *
 * <p>Thread: the xds thread.
 */
public final class ControlPlaneCycle {
  private final List<List<ControlPlane>> groups;
  private final RandomGenerator random;
  private final Deque<ControlPlane> round = new ArrayDeque<>();
  private Optional<ControlPlane> lost = Optional.empty();
  private boolean exhausted;

  public ControlPlaneCycle(List<List<ControlPlane>> groups, RandomGenerator random) {
    this.groups = groups.stream().map(List::copyOf).filter(group -> !group.isEmpty()).toList();
    this.random = random;
    if (this.groups.isEmpty()) {
      throw new IllegalArgumentException("no control plane has an address");
    }
  }

  ControlPlane next() {
    if (round.isEmpty()) {
      fill();
    }
    return round.removeFirst();
  }

  /** The one returned last failed, or was lost after it had worked. */
  void failed(ControlPlane which) {
    lost = Optional.of(which);
    exhausted |= round.isEmpty();
  }

  /** The one returned last works: the next loss begins a new round. */
  void worked() {
    round.clear();
    exhausted = false;
  }

  /** Whether every control plane has failed since one worked last. */
  boolean exhausted() {
    return exhausted;
  }

  private void fill() {
    for (List<ControlPlane> group : groups) {
      List<ControlPlane> order = new ArrayList<>(group);
      Collections.shuffle(order, random);
      lost.ifPresent(last -> {
        if (order.remove(last)) {
          order.add(last);
        }
      });
      round.addAll(order);
    }
  }
}
