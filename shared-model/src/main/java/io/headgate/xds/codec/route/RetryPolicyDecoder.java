package io.headgate.xds.codec.route;

import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.headgate.xds.codec.match.RouteMatchDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.BackOff;
import io.headgate.xds.model.route.RetryPolicy.PerTry;
import io.headgate.xds.model.route.RetryPolicy.RateLimitedBackOff;
import io.headgate.xds.model.route.RetryPolicy.ResetHeader;
import io.headgate.xds.model.route.RetryPolicy.Retriable;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Decodes when a request is tried again. */
final class RetryPolicyDecoder {
  private static final Map<String, Extension<Boolean>> HOST_PREDICATES =
      Map.of(
          "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
          new Extension<>(PreviousHostsPredicate.getDefaultInstance(), r -> true));

  private RetryPolicyDecoder() {}

  private static final Map<String, Boolean> UNIX_TIME =
      Map.of("SECONDS", false, "UNIX_TIMESTAMP", true);

  static RetryPolicy decode(MessageReader r) {
    Set<RetryOn> on = retryOn(r);
    int retries = r.wrappedSmall("num_retries", 1);
    PerTry perTry =
        r.build(() ->
            new PerTry(
                r.duration("per_try_timeout", Duration.ZERO),
                r.duration("per_try_idle_timeout", Duration.ZERO)));
    BackOff backOff = r.message("retry_back_off", BackOff.DEFAULT, RetryPolicyDecoder::backOff);
    RateLimitedBackOff rateLimited =
        r.message("rate_limited_retry_back_off", RetryPolicyDecoder::rateLimited);
    Retriable retriable =
        r.build(() ->
            new Retriable(
                new LinkedHashSet<>(Shared.ints(r.integers("retriable_status_codes"))),
                r.list("retriable_headers", RouteMatchDecoder::header),
                r.list("retriable_request_headers", RouteMatchDecoder::header)));
    List<Boolean> predicates =
        r.list(
            "retry_host_predicate",
            p -> p.need("typed_config", p.extension("typed_config", HOST_PREDICATES)));
    int attempts =
        r.has("host_selection_retry_max_attempts")
            ? r.small("host_selection_retry_max_attempts")
            : 1;
    return new RetryPolicy(
        on,
        retries,
        r.built(perTry),
        backOff,
        rateLimited,
        r.built(retriable),
        new RetryPolicy.HostSelection(!predicates.isEmpty(), attempts));
  }

  private static RateLimitedBackOff rateLimited(MessageReader r) {
    List<ResetHeader> headers = r.list("reset_headers", RetryPolicyDecoder::resetHeader);
    return new RateLimitedBackOff(
        headers, r.duration("max_interval", RateLimitedBackOff.DEFAULT_MAX));
  }

  private static ResetHeader resetHeader(MessageReader r) {
    String name = r.string("name").toLowerCase(Locale.ROOT);
    Boolean unixTime = r.oneOf("format", UNIX_TIME);
    return new ResetHeader(name, r.built(unixTime));
  }

  private static BackOff backOff(MessageReader r) {
    Duration base = r.duration("base_interval");
    Duration max = r.duration("max_interval");
    Duration needed = r.need("base_interval", base);
    return new BackOff(needed, max == null ? needed.multipliedBy(10) : max);
  }

  private static Set<RetryOn> retryOn(MessageReader r) {
    EnumSet<RetryOn> set = EnumSet.noneOf(RetryOn.class);
    for (String part : r.string("retry_on").split(",", -1)) {
      String word = part.strip();
      RetryOn on = RetryOn.byWord(word);
      if (on != null) {
        set.add(on);
      } else if (!word.isEmpty()) {
        r.refuse("retry_on", "condition '" + word + "' is not implemented", "remove it");
      }
    }
    return set;
  }
}
