package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.exact;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.listener;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.regex;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.RouteMatch;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.VirtualHost;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rules of an HTTPRoute become. */
class RouteCompilationTest extends CompilerFixture {
  @Test
  void routesStandInTheOrderOfGatewayApi() {
    RouteMatch withHeader =
        new RouteMatch(
            new RouteMatch.PathMatch.Prefix("/a"),
            List.of(new RouteMatch.ValueMatch("x", "1", false)),
            List.of(),
            null);
    RouteMatch withMethod =
        new RouteMatch(new RouteMatch.PathMatch.Prefix("/a"), List.of(), List.of(), "POST");
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route(
            "b",
            "web",
            List.of(),
            rule(prefix("/"), backend("shop", 80, 1)),
            rule(prefix("/a"), backend("shop", 80, 1)),
            rule(withHeader, backend("shop", 80, 1)),
            rule(withMethod, backend("shop", 80, 1)),
            rule(prefix("/a/b"), backend("shop", 80, 1)),
            rule(regex("/r.*"), backend("shop", 80, 1)),
            rule(exact("/e"), backend("shop", 80, 1))),
        route("a", "web", List.of(), rule(prefix("/a/"), backend("shop", 80, 1))));
    assertThat(routes())
        .extracting(Route::name)
        .containsExactly(
            "default/b/rule/6",
            "default/b/rule/5",
            "default/b/rule/4",
            "default/b/rule/3",
            "default/b/rule/2",
            "default/a/rule/0",
            "default/b/rule/1",
            "default/b/rule/0");
  }

  @Test
  void hostnamesOfListenerAndRouteCombine() {
    fleet.put(
        new Gateway(
            meta("web"),
            "headgate",
            List.of(listener("all", null, 80), listener("wild", "*.example.com", 80))),
        service("shop", 80),
        route(
            "a",
            "web",
            List.of("a.example.com", "other.org"),
            rule(prefix("/"), backend("shop", 80, 1))),
        route("b", "web", List.of(), rule(prefix("/b"), backend("shop", 80, 1))));
    Map<String, List<String>> byDomain =
        table().virtualHosts().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    VirtualHost::name, h -> h.routes().stream().map(Route::name).toList()));
    assertThat(byDomain)
        .containsOnly(
            Map.entry("*", List.of("default/b/rule/0")),
            Map.entry("*.example.com", List.of("default/b/rule/0")),
            Map.entry("a.example.com", List.of("default/a/rule/0")),
            Map.entry("other.org", List.of("default/a/rule/0")));
  }

  @Test
  void aPrefixIsReplacedByPathElements() {
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route(
            "r",
            "web",
            List.of(),
            rule(
                prefix("/a"),
                List.of(new HttpFilter.Rewrite(null, new HttpFilter.PathEdit.Prefix("/"))),
                backend("shop", 80, 1)),
            rule(
                prefix("/b"),
                List.of(new HttpFilter.Rewrite(null, new HttpFilter.PathEdit.Prefix("/new/"))),
                backend("shop", 80, 1)),
            rule(
                prefix("/"),
                List.of(new HttpFilter.Rewrite("h.org", new HttpFilter.PathEdit.Prefix("/root"))),
                backend("shop", 80, 1))));
    assertThat(routes())
        .extracting(r -> r.match().path() + " -> " + prefixOf(r))
        .containsExactly(
            new PathMatch.Exact("/a") + " -> /",
            new PathMatch.Prefix("/a/") + " -> /",
            new PathMatch.PathSeparatedPrefix("/b") + " -> /new",
            new PathMatch.Prefix("/") + " -> /root/");
  }

  @Test
  void headersAreSetAddedAndRemovedAsTheyStand() {
    HttpFilter.HeaderEdit edit =
        new HttpFilter.HeaderEdit(
            List.of(new HttpFilter.Header("a", "100%")),
            List.of(new HttpFilter.Header("b", "2")),
            List.of("c"));
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route(
            "r",
            "web",
            List.of(),
            rule(
                prefix("/"),
                List.of(new HttpFilter.RequestHeaders(edit)),
                backend("shop", 80, 1))));
    assertThat(routes().getFirst().headers().requestAdd())
        .containsExactly(
            new HeaderAddition(
                "a", "100%%", HeaderAddition.Action.OVERWRITE_IF_EXISTS_OR_ADD, true),
            new HeaderAddition("b", "2", HeaderAddition.Action.APPEND_IF_EXISTS_OR_ADD, true));
    assertThat(routes().getFirst().headers().requestRemove()).containsExactly("c");
  }

  @Test
  void aRedirectNeedsNoBackend() {
    HttpFilter redirect =
        new HttpFilter.Redirect("https", "h.org", new HttpFilter.PathEdit.Full("/x"), null, 301);
    fleet.put(
        gateway("web", 80), route("r", "web", List.of(), rule(prefix("/"), List.of(redirect))));
    assertThat(routes().getFirst().action())
        .isEqualTo(
            new RouteAction.Redirect(
                "https", "h.org", 0, new RouteAction.RedirectPath.Replace("/x"), 301, false));
  }

  private static @Nullable String prefixOf(Route route) {
    return ((RouteAction.Forward) route.action()).rewrite().path()
            instanceof Rewrite.PathEdit.Prefix prefix
        ? prefix.prefix()
        : null;
  }
}
