package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Retries;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.BackOff;
import io.headgate.xds.model.route.RetryPolicy.PerTry;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
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
   * On every route that forwards, unless its policy says otherwise: what may have reached a host is
   * tried again only if its method is idempotent.
   */
  private static final Metadata IDEMPOTENT =
      new Metadata(
          Map.of("headgate", new Value.Obj(Map.of("retry_idempotent_only", new Value.Bool(true)))));

  private RetryRules() {}

  static Metadata metadata(HttpRoute.Rule rule, Optional<BackendTrafficPolicy> policy) {
    boolean any =
        rule.retry() == null
            && policy.map(p -> p.settings().retries()).filter(Retries::nonIdempotent).isPresent();
    return any ? Metadata.EMPTY : IDEMPOTENT;
  }

  static RetryPolicy of(HttpRoute.Rule rule, Optional<BackendTrafficPolicy> policy) {
    @Nullable Retries retries = policy.map(p -> p.settings().retries()).orElse(null);
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

  private static RetryPolicy byPolicy(Retries retries) {
    Set<RetryOn> on = EnumSet.noneOf(RetryOn.class);
    retries.on().triggers().forEach(word -> on.add(condition(word)));
    if (on.isEmpty()) {
      on.addAll(EdgeDefaults.RETRIES.retryOn());
    }
    Retries.PerTry perTry = retries.perTry();
    Retries.BackOff pause = perTry.backOff();
    RetryPolicy.HostSelection plain = EdgeDefaults.RETRIES.hostSelection();
    return new RetryPolicy(
        on,
        retries.max(),
        new PerTry(
            Objects.requireNonNullElse(perTry.timeout(), Duration.ZERO),
            Objects.requireNonNullElse(perTry.idleTimeout(), Duration.ZERO)),
        pause == null ? BackOff.DEFAULT : new BackOff(pause.base(), pause.max()),
        rateLimited(retries.rateLimited()),
        new RetryPolicy.Retriable(
            new HashSet<>(retries.on().statusCodes()),
            Matches.headers(retries.on().responseHeaders()),
            Matches.headers(retries.on().requestHeaders())),
        new RetryPolicy.HostSelection(
            Objects.requireNonNullElse(retries.avoidPreviousHosts(), plain.avoidPreviousHosts()),
            Objects.requireNonNullElse(retries.hostAttempts(), plain.maxAttempts())));
  }

  private static RetryPolicy.@Nullable RateLimitedBackOff rateLimited(
      Retries.@Nullable RateLimited wanted) {
    return wanted == null
        ? null
        : new RetryPolicy.RateLimitedBackOff(
            wanted.headers().stream()
                .map(header -> new RetryPolicy.ResetHeader(header.name(), header.unixTime()))
                .toList(),
            wanted.max());
  }

  private static RetryOn condition(String word) {
    RetryOn condition = RetryOn.byWord(word);
    if (condition == null) {
      throw new IllegalArgumentException("unknown retry condition " + word);
    }
    return condition;
  }

  private static RetryPolicy withPerTry(RetryPolicy policy, Duration perTry) {
    return new RetryPolicy(
        policy.retryOn(),
        policy.numRetries(),
        new PerTry(perTry, policy.perTry().idleTimeout()),
        policy.backOff(),
        policy.rateLimited(),
        policy.retriable(),
        policy.hostSelection());
  }
}
