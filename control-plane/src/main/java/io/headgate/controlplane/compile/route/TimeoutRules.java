package io.headgate.controlplane.compile.route;

import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.HttpRoute;
import io.headgate.xds.model.route.RouteTimeouts;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long requests of a rule may take: what the rule says, else its policy, else the listener's
 * profile, else the default.
 *
 * <p>Thread: any; stateless.
 */
final class TimeoutRules {
  private TimeoutRules() {}

  static RouteTimeouts of(
      HttpRoute.Rule rule, Optional<BackendTrafficPolicy> policy, Duration otherwise) {
    BackendSettings.Timeouts wanted =
        policy.map(p -> p.settings().timeouts()).orElse(BackendSettings.Timeouts.NONE);
    Duration own = rule.timeouts().request();
    Duration byPolicy = wanted.request();
    Duration response = own != null ? own : byPolicy != null ? byPolicy : otherwise;
    return new RouteTimeouts(
        response, wanted.streamIdle(), maxStream(wanted, ofRoute(policy), response), null);
  }

  /** A service's policy bounds streams at its cluster. */
  private static boolean ofRoute(Optional<BackendTrafficPolicy> policy) {
    return policy.stream()
        .flatMap(p -> p.targets().stream())
        .anyMatch(target -> target.object().kind().isRoute());
  }

  /**
   * The newer form of timeouts, which is the only one that takes {@code grpc-timeout} without a
   * deprecated field; the response timeout has no effect beside it and so moves into it.
   */
  private static RouteTimeouts.@Nullable MaxStream maxStream(
      BackendSettings.Timeouts wanted, boolean ofRoute, Duration response) {
    Duration max = ofRoute ? wanted.maxStream() : null;
    BackendSettings.GrpcTimeout grpc = wanted.grpc();
    if (grpc == null) {
      return max == null ? null : new RouteTimeouts.MaxStream(max, null, null);
    }
    return new RouteTimeouts.MaxStream(max == null ? response : max, grpc.max(), grpc.offset());
  }
}
