package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy asks its control plane for.
 *
 * @param ldsFetchTimeout null when listeners are not asked for, else how long the start waits for
 *     them; zero for ever
 * @param cdsFetchTimeout likewise for clusters
 * @param ads the aggregated stream; null when there is none
 */
public record DynamicResources(
    @Nullable Duration ldsFetchTimeout, @Nullable Duration cdsFetchTimeout, @Nullable GrpcApi ads) {
  public static final Duration DEFAULT_FETCH_TIMEOUT = Duration.ofSeconds(15);
  public static final DynamicResources NONE = new DynamicResources(null, null, null);

  public DynamicResources {
    Checks.require(
        ads != null || (ldsFetchTimeout == null && cdsFetchTimeout == null),
        "lds_config and cds_config over ADS need ads_config");
  }

  /**
   * Whether listeners or clusters come from the control plane; else the bootstrap holds them all.
   */
  public boolean asksForConfig() {
    return ldsFetchTimeout != null || cdsFetchTimeout != null;
  }
}
