package io.headgate.controlplane.compile;

import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.HttpRoute;
import io.headgate.xds.model.Metadata;
import io.headgate.xds.model.RetryPolicy;
import io.headgate.xds.model.RetryPolicy.BackOff;
import io.headgate.xds.model.RetryPolicy.RetryOn;
import io.headgate.xds.model.Value;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the requests of a rule are tried again: what the rule says, else its policy, else the
 * default.
 *
 * <p>Thread: any; stateless.
 */
final class RetryRules {
  /**
   * On every route that forwards: what may have reached a host is tried again only if its method is
   * idempotent. No object of ours has a field that says otherwise.
   */
  static final Metadata METADATA =
      new Metadata(
          Map.of("headgate", new Value.Obj(Map.of("retry_idempotent_only", new Value.Bool(true)))));

  private RetryRules() {}

  static RetryPolicy of(HttpRoute.Rule rule, Optional<BackendTrafficPolicy> policy) {
    BackendTrafficPolicy.@Nullable Retries retries =
        policy.map(p -> p.settings().retries()).orElse(null);
    RetryPolicy result = retries == null ? EdgeDefaults.RETRIES : byPolicy(retries);
    HttpRoute.RouteRetry own = rule.retry();
    if (own != null) {
      result = byRule(own);
    }
    Duration perTry = rule.timeouts().backendRequest();
    return perTry == null ? result : withPerTry(result, perTry);
  }

  private static RetryPolicy byRule(HttpRoute.RouteRetry retry) {
    Set<RetryOn> on = EnumSet.copyOf(EdgeDefaults.RETRIES.retryOn());
    if (!retry.codes().isEmpty()) {
      on.add(RetryOn.RETRIABLE_STATUS_CODES);
    }
    Duration base = retry.backoff();
    return new RetryPolicy(
        on,
        retry.attempts(),
        Duration.ZERO,
        base == null ? BackOff.DEFAULT : new BackOff(base, base.multipliedBy(10)),
        new HashSet<>(retry.codes()),
        EdgeDefaults.RETRIES.hostSelection());
  }

  private static RetryPolicy byPolicy(BackendTrafficPolicy.Retries retries) {
    Set<RetryOn> on = EnumSet.noneOf(RetryOn.class);
    retries.on().forEach(word -> on.add(condition(word)));
    if (on.isEmpty()) {
      on.addAll(EdgeDefaults.RETRIES.retryOn());
    }
    if (!retries.statusCodes().isEmpty()) {
      on.add(RetryOn.RETRIABLE_STATUS_CODES);
    }
    BackendTrafficPolicy.BackOff pause = retries.backOff();
    Duration perTry = retries.perTryTimeout();
    return new RetryPolicy(
        on,
        retries.max(),
        perTry == null ? Duration.ZERO : perTry,
        pause == null ? BackOff.DEFAULT : new BackOff(pause.base(), pause.max()),
        new HashSet<>(retries.statusCodes()),
        EdgeDefaults.RETRIES.hostSelection());
  }

  private static RetryOn condition(String word) {
    for (RetryOn condition : RetryOn.values()) {
      if (condition.word().equals(word.toLowerCase(Locale.ROOT))) {
        return condition;
      }
    }
    throw new IllegalArgumentException("unknown retry condition " + word);
  }

  private static RetryPolicy withPerTry(RetryPolicy policy, Duration perTry) {
    return new RetryPolicy(
        policy.retryOn(),
        policy.numRetries(),
        perTry,
        policy.backOff(),
        policy.retriableStatusCodes(),
        policy.hostSelection());
  }
}
