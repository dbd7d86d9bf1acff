package io.headgate.dataplane.explain;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.Json;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteTarget;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.VirtualHost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Walks a request through what is in force, as far as its host, and notes the way. The answer is a
 * tree for JSON whose {@code result} says in a sentence what the client would see.
 */
public final class Explainer {
  /** Routes that were passed over and are told; a long table would drown the answer. */
  private static final int MAX_PASSED_OVER = 50;

  private final Live live;
  private final Function<FilterConfig, String> asJson;

  /** What the route table, the virtual host and the route have for filters. */
  private final List<Map<String, FilterConfig>> levels = new ArrayList<>();

  private final Map<String, @Nullable Object> out = new LinkedHashMap<>();

  private Explainer(Live live, Function<FilterConfig, String> asJson) {
    this.live = live;
    this.asJson = asJson;
  }

  /**
   * Explains a request.
   *
   * @param asJson writes the config of a filter, without secrets
   * @throws IllegalArgumentException when the request can not be sent
   */
  public static Map<String, @Nullable Object> explain(
      Question question, Live live, Function<FilterConfig, String> asJson) {
    Explainer explainer = new Explainer(live, asJson);
    String result = explainer.walk(question);
    explainer.out.put("result", result);
    return explainer.out;
  }

  private String walk(Question question) {
    RequestHead head = question.head();
    out.put("request", head.method() + " " + question.url());
    Live.Bound listener = listener(question);
    if (listener == null) {
      return "refused: no listener accepts connections on port " + question.port();
    }
    InetAddress own = listener.bound().getAddress();
    InetSocketAddress local =
        new InetSocketAddress(
            own.isAnyLocalAddress() ? question.source() : own, listener.bound().getPort());
    InetSocketAddress remote = new InetSocketAddress(question.source(), 0);
    String name = listener.value().name();
    FilterChain chain = live.chain(name, local, remote, question.serverName(), question.secure());
    chains(listener, chain, question);
    if (chain == null) {
      return "closed: no filter chain matches and the listener has no default chain";
    }
    if ((chain.tls() != null) != question.secure()) {
      return chain.tls() != null
          ? "closed: the filter chain expects TLS; ask with https"
          : "closed: the filter chain expects no TLS; ask with http";
    }
    if (!(chain.terminalFilter() instanceof HttpConnectionManager manager)) {
      return "forwarded as bytes: the filter chain has no HTTP connection manager";
    }
    ConnectionInfo.Tls tls =
        question.secure()
            ? new ConnectionInfo.Tls("TLSv1.3", "", question.serverName(), null)
            : null;
    Rehearsal rehearsal =
        live.rehearse(name, chain, head, new ConnectionInfo(0, remote, local, tls));
    if (rehearsal == null) {
      return "unknown: the listener was replaced meanwhile; ask again";
    }
    LocalReply refused = rehearsal.refused();
    if (refused != null) {
      return refused.status() + " before any route: " + refused.details();
    }
    return route(manager, rehearsal.route(), head);
  }

  /** Two fields in their order. */
  private static Map<String, Object> told(
      String name, Object value, String otherName, Object otherValue) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(name, value);
    fields.put(otherName, otherValue);
    return fields;
  }

  // ---- listener and chain

  private Live.@Nullable Bound listener(Question question) {
    Live.Bound chosen = null;
    List<Object> others = new ArrayList<>();
    for (Live.Bound each : live.listeners()) {
      String why = notThisListener(each, question);
      if (why.isEmpty() && chosen == null) {
        chosen = each;
      } else {
        others.add(
            told(
                "name",
                each.value().name(),
                "why_not",
                why.isEmpty() ? "another one comes first" : why));
      }
    }
    Map<String, Object> told = new LinkedHashMap<>();
    if (chosen != null) {
      told.put("name", chosen.value().name());
      told.put("address", ConnectionInfo.text(chosen.bound()));
    }
    told.put("others", others);
    out.put("listener", told);
    return chosen;
  }

  private static String notThisListener(Live.Bound listener, Question question) {
    if (!question.listener().isEmpty()) {
      return listener.value().name().equals(question.listener())
          ? ""
          : "the listener " + question.listener() + " is asked for";
    }
    return listener.bound().getPort() == question.port()
        ? ""
        : "it listens on port " + listener.bound().getPort();
  }

  private void chains(Live.Bound listener, @Nullable FilterChain chosen, Question question) {
    Map<String, Object> told = new LinkedHashMap<>();
    List<Object> others = new ArrayList<>();
    for (FilterChain chain : listener.value().filterChains()) {
      if (!chain.equals(chosen)) {
        others.add(told("name", chain.name(), "match", chain.match().toString()));
      }
    }
    if (chosen != null) {
      told.put("name", chosen.name());
      told.put("tls", chosen.tls() != null);
      told.put(
          "reason",
          chosen.equals(listener.value().defaultFilterChain())
              ? "the default chain: no other matches"
              : chosen.match().equals(FilterChainMatch.ANY)
                  ? "it has no conditions, and no other matches"
                  : "the most specific match: " + chosen.match());
    }
    told.put("server_name", question.serverName());
    told.put("others", others);
    out.put("filter_chain", told);
  }

  // ---- virtual host and route

  private String route(
      HttpConnectionManager manager, @Nullable StreamRoute chosen, RequestHead head) {
    out.put("path_after_normalisation", head.path());
    RouteConfiguration table =
        switch (manager.routes()) {
          case RouteSource.Rds rds -> live.table(rds.routeConfigName());
          case RouteSource.Inline inline -> inline.routes();
        };
    Route reasoned = table == null ? null : reasons(table, head);
    filters(manager, chosen);
    if (chosen == null) {
      return "404 NR route_not_found: no route of the virtual host takes it";
    }
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", chosen.name());
    told.put("virtual_host", chosen.virtualHost());
    if (reasoned != null && !reasoned.name().equals(chosen.name())) {
      told.put("note", "chosen by a draw or by what is not shown here; next is " + reasoned.name());
    }
    out.put("route", told);
    return chosen instanceof RouteEntry entry ? target(entry.target(), head, told) : "answered";
  }

  private @Nullable Route reasons(RouteConfiguration table, RequestHead head) {
    out.put("route_table", table.name());
    levels.add(table.typedPerFilterConfig());
    WhyRoute.Found found = WhyRoute.virtualHost(table, head.authority());
    if (found == null) {
      out.put(
          "virtual_host",
          Map.of("why_not", "no domain of any virtual host matches " + head.authority()));
      return null;
    }
    VirtualHost host = found.host();
    out.put("virtual_host", told("name", host.name(), "domain", found.domain()));
    levels.add(host.typedPerFilterConfig());
    List<Object> passed = new ArrayList<>();
    Route taken = null;
    int left = 0;
    for (int i = 0; i < host.routes().size() && taken == null; i++) {
      Route route = host.routes().get(i);
      String why = WhyRoute.not(route.match(), head);
      if (why.isEmpty()) {
        taken = route;
      } else if (passed.size() < MAX_PASSED_OVER) {
        Map<String, Object> one = told("index", i, "name", route.name());
        one.put("why_not", why);
        passed.add(one);
      } else {
        left++;
      }
    }
    if (taken != null) {
      levels.add(taken.typedPerFilterConfig());
    }
    out.put("routes_passed_over", passed);
    if (left > 0) {
      out.put("routes_passed_over_and_not_told", left);
    }
    return taken;
  }

  private void filters(HttpConnectionManager manager, @Nullable StreamRoute chosen) {
    List<Object> told = new ArrayList<>();
    for (HttpFilter filter : manager.httpFilters()) {
      Boolean disabled = chosen == null ? null : chosen.overrides().disabled(filter.name());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", filter.name());
      one.put("disabled", disabled == null ? filter.disabled() : disabled);
      one.put("config", new Json.Written(asJson.apply(filter.config())));
      List<Object> more = new ArrayList<>();
      for (Map<String, FilterConfig> level : levels) {
        FilterConfig own = level.get(filter.name());
        if (own != null) {
          more.add(new Json.Written(asJson.apply(own)));
        }
      }
      if (!more.isEmpty()) {
        one.put("config_of_routes", more);
      }
      told.add(one);
    }
    out.put("filters", told);
  }

  // ---- what is done with it

  private String target(RouteTarget target, RequestHead head, Map<String, Object> told) {
    return switch (target) {
      case RouteTarget.Forward forward -> forward(forward, head, told);
      case RouteTarget.Redirect redirect -> redirect.status() + " redirect";
      case RouteTarget.Direct direct -> direct.status() + " direct_response";
    };
  }

  private String forward(RouteTarget.Forward forward, RequestHead head, Map<String, Object> told) {
    told.put("timeout_ms", forward.timeout().millis());
    told.put("retries", forward.retry() != null);
    String name = forward.cluster().of(head);
    Cluster cluster = name.isEmpty() ? null : live.cluster(name);
    if (cluster == null) {
      out.put("cluster", told("name", name, "why_not", "there is no such cluster"));
      return forward.handling().clusterNotFoundStatus() + " NC cluster_not_found: " + name;
    }
    Map<String, Object> hosts = WhyHost.cluster(cluster);
    out.put("cluster", hosts);
    if (cluster.hosts().hosts().isEmpty()) {
      return "503 UH no_healthy_upstream: cluster " + cluster.name() + " has no host";
    }
    return Integer.valueOf(0).equals(hosts.get("candidates"))
        ? "forwarded to cluster " + cluster.name() + " in panic: none of its hosts is healthy"
        : "forwarded to cluster " + cluster.name();
  }
}
