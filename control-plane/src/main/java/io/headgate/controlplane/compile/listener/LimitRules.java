package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.RequestLimits;
import io.headgate.fleet.ClientSettings.RequestRate;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.TargetRef;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.listener.ClientLimits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Limits that Envoy lacks: of URLs and bodies, of a client's connections and of their requests.
 *
 * <p>An exception travels with its expiry, so it ends at each proxy by itself.
 *
 * <p>Thread: any; stateless.
 */
public final class LimitRules {
  /** The filter's name, which per-route settings refer to. */
  public static final String FILTER = "headgate.filters.http.http_limits";

  private LimitRules() {}

  public static HttpLimitsConfig filter(ClientSettings settings) {
    RequestLimits limits = settings.limits();
    return new HttpLimitsConfig(
        Objects.requireNonNullElse(limits.urlBytes(), EdgeDefaults.MAX_URL_BYTES),
        Objects.requireNonNullElse(limits.bodyBytes(), 0L));
  }

  /** What holds for a rule of a route; the rule's own before the route's. */
  public static Map<String, FilterConfig> perRoute(
      ClientSettings settings, ObjectKey route, HttpRoute.Rule rule) {
    RequestLimits limits = settings.limits();
    ClientSettings.UrlException url =
        find(limits.urlExceptions(), ClientSettings.UrlException::route, route, rule);
    ClientSettings.RouteBody body =
        find(limits.routeBodies(), ClientSettings.RouteBody::route, route, rule);
    if (url == null && body == null) {
      return Map.of();
    }
    return Map.of(
        FILTER,
        new HttpLimitsPerRoute(
            url == null
                ? null
                : new HttpLimitsPerRoute.UrlException(url.maxBytes(), url.owner(), url.expires()),
            body == null ? 0 : body.maxBytes()));
  }

  private static <T> @Nullable T find(
      List<T> all, Function<T, TargetRef> target, ObjectKey route, HttpRoute.Rule rule) {
    T whole = null;
    for (T one : all) {
      TargetRef ref = target.apply(one);
      if (!ref.object().equals(route)) {
        continue;
      }
      String section = ref.section();
      if (section == null) {
        whole = one;
      } else if (section.equals(rule.name())) {
        return one;
      }
    }
    return whole;
  }

  public static ClientLimits client(ClientSettings settings) {
    RequestRate rate = settings.connections().requestRate();
    return new ClientLimits(
        Objects.requireNonNullElse(settings.connections().maxPerClient(), 0),
        rate == null
            ? null
            : new ClientLimits.Rate(
                rate.requests(), rate.interval(), rate.burst(), rate.drainAfter()));
  }
}
