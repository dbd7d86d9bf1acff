package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.access.AccessRules;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.NetworkFilter;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What Headgate's proxies have and Envoy lacks: taken out of values for clients that do not say
 * they have it, and named in the conditions of policies that use it.
 *
 * <p>Thread: any; stateless.
 */
public final class OwnExtensions {
  private static final List<String> FILTERS = List.of(LimitRules.FILTER, AccessRules.HEADER_RULES);

  private OwnExtensions() {}

  /** The listener without them; the same one when it has none. */
  public static Listener without(Listener listener) {
    FilterChain otherwise = listener.defaultFilterChain();
    ListenerOptions options = listener.options();
    AcceptRules accept = options.accept();
    Listener stock =
        new Listener(
            listener.name(),
            listener.address(),
            listener.filterChains().stream().map(OwnExtensions::without).toList(),
            otherwise == null ? null : without(otherwise),
            new ListenerOptions(
                options.perConnectionBufferLimitBytes(),
                options.reusePort(),
                options.tcpBacklogSize(),
                options.tlsInspector(),
                options.statPrefix(),
                new AcceptRules(
                    accept.filtersTimeout(),
                    accept.continueOnTimeout(),
                    accept.ignoreGlobalLimit(),
                    accept.bypassOverload(),
                    ClientLimits.NONE,
                    accept.proxyProtocol(),
                    accept.drainsOnlyWhenModified()),
                options.additionalAddresses()));
    return stock.equals(listener) ? listener : stock;
  }

  private static FilterChain without(FilterChain chain) {
    return new FilterChain(
        chain.name(),
        chain.match(),
        chain.filters().stream().map(OwnExtensions::without).toList(),
        chain.tls(),
        chain.transportSocketConnectTimeout());
  }

  private static NetworkFilter without(NetworkFilter filter) {
    return switch (filter) {
      case ConnectionLimit limit -> limit;
      case TcpProxy tcp -> tcp;
      case HttpConnectionManager http ->
          new HttpConnectionManager(
              http.statPrefix(),
              http.routes(),
              http.httpFilters().stream().filter(OwnExtensions::isStock).toList(),
              http.accessLogs(),
              http.timeouts(),
              http.limits(),
              http.rules());
    };
  }

  private static boolean isStock(HttpFilter filter) {
    return !(filter.config() instanceof HttpLimitsConfig)
        && !(filter.config() instanceof HeaderRulesConfig);
  }

  /** Whether a route of the table uses them. */
  public static boolean usedBy(RouteConfiguration table) {
    return table.virtualHosts().stream()
        .flatMap(host -> host.routes().stream())
        .anyMatch(route -> FILTERS.stream().anyMatch(route.typedPerFilterConfig()::containsKey));
  }

  /** The routes without them; the same ones when they have none. */
  public static RouteConfiguration without(RouteConfiguration table) {
    return !usedBy(table)
        ? table
        : new RouteConfiguration(
            table.name(),
            table.virtualHosts().stream().map(OwnExtensions::without).toList(),
            table.headers(),
            table.typedPerFilterConfig(),
            table.options(),
            table.mirrors());
  }

  private static VirtualHost without(VirtualHost host) {
    return new VirtualHost(
        host.name(),
        host.domains(),
        host.routes().stream().map(OwnExtensions::without).toList(),
        host.headers(),
        host.typedPerFilterConfig(),
        host.retryPolicy(),
        host.options());
  }

  private static Route without(Route route) {
    Map<String, FilterConfig> stock = new TreeMap<>(route.typedPerFilterConfig());
    FILTERS.forEach(stock::remove);
    return new Route(
        route.name(), route.match(), route.action(), route.headers(), stock, route.metadata());
  }

  /**
   * The fields of a policy that nobody but Headgate's proxies enforces, those of its profile too.
   */
  public static List<String> fields(ClientTrafficPolicy policy) {
    ClientSettings settings = ClientOverlay.of(Optional.of(policy));
    List<String> fields = new ArrayList<>();
    add(
        fields,
        "url",
        settings.limits().urlBytes() != null || !settings.limits().urlExceptions().isEmpty());
    add(
        fields,
        "body",
        settings.limits().bodyBytes() != null || !settings.limits().routeBodies().isEmpty());
    add(
        fields,
        "connection.connectionLimit.maxConnectionsPerClient",
        settings.connections().maxPerClient() != null);
    add(fields, "connection.requestRate", settings.connections().requestRate() != null);
    return fields;
  }

  /** The same of an access policy. */
  public static List<String> fields(SecurityPolicy policy) {
    List<String> fields = new ArrayList<>();
    add(fields, "requestHeaders", policy.headers().allowed() != null);
    add(fields, "responseHeaders.removeCookies", !policy.headers().removedCookies().isEmpty());
    return fields;
  }

  private static void add(List<String> to, String field, boolean used) {
    if (used) {
      to.add(field);
    }
  }
}
