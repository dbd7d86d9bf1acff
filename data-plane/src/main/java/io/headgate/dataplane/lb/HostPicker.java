package io.headgate.dataplane.lb;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's view of a cluster's hosts: reads the host set in force at every pick, chooses a
 * priority, and asks the policy for a host.
 *
 * <p>A changed host set or a changed health rebuilds the view at the next pick; the policy's state
 * is handed on, so that weights change without a jump in who is next.
 *
 * <p>Thread: confined to one event loop.
 */
public final class HostPicker {

  private final Current<HostSet> hosts;
  private final HealthEpoch epoch;
  private final LbSettings settings;
  private final RandomGenerator random;

  private @Nullable HostSet seenSet;
  private int seenEpoch;
  private @Nullable Balancer[] levels = new Balancer[0];
  private Endpoint[][] levelHosts = new Endpoint[0][];
  private boolean[] panicking = new boolean[0];
  private int[] cumulativePercent = new int[0];
  // The level that gets all traffic, or -1 when it is split.
  private int onlyLevel = -1;

  /** Makes a picker for one loop. */
  public HostPicker(
      Current<HostSet> hosts, HealthEpoch epoch, LbSettings settings, RandomGenerator random) {
    this.hosts = hosts;
    this.epoch = epoch;
    this.settings = settings;
    this.random = random;
  }

  /**
   * Chooses a host for a request.
   *
   * @param tried hosts that this request has failed on, the first {@code triedCount} entries; they
   *     are chosen again only when there is no other
   * @param attempts how often the policy is asked again for another one; beyond that the hosts are
   *     searched one by one
   * @param key of the request, for policies that hash; random when it has none
   * @return null when no host is available
   */
  public @Nullable Endpoint pick(Endpoint[] tried, int triedCount, int attempts, long key) {
    HostSet set = hosts.get();
    int now = epoch.get();
    if (set != seenSet || now != seenEpoch) {
      rebuild(set, now);
    }
    int level = level(key);
    if (level < 0) {
      return null;
    }
    Balancer balancer = levels[level];
    if (balancer == null) {
      return null;
    }
    Endpoint picked = balancer.pick(key, 0);
    if (triedCount == 0) {
      return picked;
    }
    for (int i = 1; i <= attempts && contains(tried, triedCount, picked); i++) {
      picked = balancer.pick(key, i);
    }
    return contains(tried, triedCount, picked) ? search(level, tried, triedCount, picked) : picked;
  }

  /** Whether the level of this priority uses all of its hosts, healthy or not. */
  public boolean inPanic(int priority) {
    return priority < panicking.length && panicking[priority];
  }

  private int level(long key) {
    if (onlyLevel >= 0) {
      return onlyLevel;
    }
    int[] cumulative = cumulativePercent;
    if (cumulative.length == 0) {
      return -1;
    }
    int roll =
        settings.policy().byKey() ? (int) Long.remainderUnsigned(key, 100) : random.nextInt(100);
    for (int p = 0; p < cumulative.length; p++) {
      if (roll < cumulative[p]) {
        return p;
      }
    }
    return -1;
  }

  private Endpoint search(int level, Endpoint[] tried, int triedCount, Endpoint fallback) {
    for (int step = 0; step < levelHosts.length; step++) {
      Endpoint[] all = levelHosts[(level + step) % levelHosts.length];
      if (all.length == 0) {
        continue;
      }
      int start = random.nextInt(all.length);
      for (int i = 0; i < all.length; i++) {
        Endpoint candidate = all[(start + i) % all.length];
        if (!contains(tried, triedCount, candidate)) {
          return candidate;
        }
      }
    }
    return fallback;
  }

  private static boolean contains(Endpoint[] tried, int count, Endpoint endpoint) {
    for (int i = 0; i < count; i++) {
      if (tried[i] == endpoint) {
        return true;
      }
    }
    return false;
  }

  private void rebuild(HostSet set, int now) {
    int n = set.priorities().size();
    int[] healthy = new int[n];
    int[] all = new int[n];
    for (int p = 0; p < n; p++) {
      List<Host> level = set.priorities().get(p);
      all[p] = level.size();
      for (Host host : level) {
        if (available(host)) {
          healthy[p]++;
        }
      }
    }
    boolean strained = PriorityLoads.strained(healthy, all, settings.overprovisioningPercent());
    @Nullable Balancer[] nextLevels = new Balancer[n];
    Endpoint[][] nextHosts = new Endpoint[n][];
    boolean[] nextPanic = new boolean[n];
    for (int p = 0; p < n; p++) {
      nextPanic[p] =
          strained && all[p] > 0 && healthy[p] * 100L < (long) settings.panicPercent() * all[p];
      fill(p, chosen(set.priorities().get(p), nextPanic[p]), set, nextHosts, nextLevels);
    }
    split(PriorityLoads.percents(healthy, all, settings.overprovisioningPercent()));
    levels = nextLevels;
    levelHosts = nextHosts;
    panicking = nextPanic;
    seenSet = set;
    seenEpoch = now;
  }

  private static List<Host> chosen(List<Host> level, boolean panic) {
    List<Host> chosen = new ArrayList<>(level.size());
    for (Host host : level) {
      if (panic ? !host.draining() : available(host)) {
        chosen.add(host);
      }
    }
    // A host that drains gets new requests only when there is no other at all.
    return panic && chosen.isEmpty() ? level : chosen;
  }

  private void fill(
      int level,
      List<Host> chosen,
      HostSet set,
      Endpoint[][] nextHosts,
      @Nullable Balancer[] nextLevels) {
    int[] byLocality =
        settings.localityWeighted()
            ? LocalityWeights.of(
                chosen, set.priorities().get(level), settings.overprovisioningPercent())
            : new int[0];
    Endpoint[] endpoints = new Endpoint[chosen.size()];
    int[] weights = new int[chosen.size()];
    int n = 0;
    for (int i = 0; i < chosen.size(); i++) {
      int weight = settings.localityWeighted() ? byLocality[i] : chosen.get(i).weight();
      if (weight > 0) {
        endpoints[n] = chosen.get(i).endpoint();
        weights[n++] = weight;
      }
    }
    nextHosts[level] = Arrays.copyOf(endpoints, n);
    Balancer previous = level < levels.length ? levels[level] : null;
    nextLevels[level] =
        n == 0
            ? null
            : settings
                .policy()
                .create(nextHosts[level], Arrays.copyOf(weights, n), random, previous);
  }

  private void split(int[] percents) {
    int[] cumulative = new int[percents.length];
    int sum = 0;
    int only = -1;
    for (int p = 0; p < percents.length; p++) {
      sum += percents[p];
      cumulative[p] = sum;
      if (percents[p] == 100) {
        only = p;
      }
    }
    cumulativePercent = sum == 0 ? new int[0] : cumulative;
    onlyLevel = only;
  }

  private static boolean available(Host host) {
    return host.healthy() && !host.endpoint().outlier().isEjected();
  }
}
