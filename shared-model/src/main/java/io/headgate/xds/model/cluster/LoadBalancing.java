package io.headgate.xds.model.cluster;

import io.headgate.xds.model.value.Checks;

/**
 * How an endpoint is picked.
 *
 * @param panicThresholdPercent below this share of healthy hosts health is ignored; 50 by default,
 *     0 never
 * @param localityWeighted whether localities are picked by their weights
 */
public record LoadBalancing(Policy policy, int panicThresholdPercent, boolean localityWeighted) {
  public static final LoadBalancing DEFAULT = new LoadBalancing(new Policy.RoundRobin(), 50, false);

  /** The picking rule. */
  public sealed interface Policy {
    /** Weighted round robin. */
    record RoundRobin() implements Policy {}

    /** Weighted least request among some random hosts. */
    record LeastRequest(int choiceCount) implements Policy {
      public LeastRequest {
        Checks.atLeast(choiceCount, 2, "choice_count");
      }
    }
  }

  public LoadBalancing {
    Checks.percent(panicThresholdPercent, "healthy_panic_threshold");
  }
}
