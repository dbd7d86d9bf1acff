package io.headgate.xds.model.route;

import io.headgate.xds.model.http.Upgrades;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rarer parts of forwarding.
 *
 * @param upgrades instead of the connection manager's word for these types
 * @param hashPolicies in order
 * @param mirrors instead of the virtual host's, when there are any
 * @param internalRedirects null to pass every redirect on
 */
public record ForwardOptions(
    Upgrades upgrades,
    List<HashPolicy> hashPolicies,
    List<Mirror> mirrors,
    @Nullable InternalRedirects internalRedirects) {
  public static final ForwardOptions NONE =
      new ForwardOptions(Upgrades.NONE, List.of(), List.of(), null);

  public ForwardOptions {
    hashPolicies = List.copyOf(hashPolicies);
    mirrors = List.copyOf(mirrors);
  }
}
