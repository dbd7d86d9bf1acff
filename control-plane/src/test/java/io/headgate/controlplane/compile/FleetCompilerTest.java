package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.exact;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.host;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.listener;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.override;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.regex;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static io.headgate.controlplane.compile.TestFleet.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Host;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.Secret;
import io.headgate.fleet.TargetRef;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterChoice;
import io.headgate.xds.model.Endpoint;
import io.headgate.xds.model.Endpoint.HealthStatus;
import io.headgate.xds.model.HeaderAddition;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.JwtAuthnConfig;
import io.headgate.xds.model.JwtAuthnPerRoute;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.LocalityEndpoints;
import io.headgate.xds.model.PathMatch;
import io.headgate.xds.model.RetryPolicy.RetryOn;
import io.headgate.xds.model.Route;
import io.headgate.xds.model.RouteAction;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.Value;
import io.headgate.xds.model.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What fleet resources become, case by case. */
class FleetCompilerTest {
  private final FleetCompiler compiler = new FleetCompiler(ValueCheck.NONE);
  private final TestFleet fleet = new TestFleet();

  private CompiledFleet compile() {
    return compiler.compile(fleet.image());
  }

  private RouteConfiguration table() {
    CompiledGateway web =
        Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
    return Objects.requireNonNull(web.routes().get(80)).value();
  }

  private List<Route> routes() {
    assertThat(table().virtualHosts()).hasSize(1);
    return table().virtualHosts().getFirst().routes();
  }

  private List<LocalityEndpoints> endpoints() {
    CompiledService shop =
        Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop")));
    return Objects.requireNonNull(shop.endpoints().get("default/shop:80")).value().localities();
  }

  @Test
  void namesCarryTheOwner() {
    fleet.put(
        gateway("web", 80, 81),
        service("shop", 80),
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 1))));
    CompiledGateway web =
        Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
    Listener listener = Objects.requireNonNull(web.listeners().get(80)).value();
    assertThat(listener.name()).isEqualTo("default/web/80");
    assertThat(listener.address().toString()).isEqualTo("0.0.0.0:80");
    HttpConnectionManager http =
        (HttpConnectionManager) listener.filterChains().getFirst().terminalFilter();
    assertThat(http.routes())
        .isInstanceOfSatisfying(
            RouteSource.Rds.class,
            rds -> assertThat(rds.routeConfigName()).isEqualTo("default/web/80"));
    assertThat(routes().getFirst().name()).isEqualTo("default/r/rule/0");
    assertThat(routes().getFirst().action())
        .isInstanceOfSatisfying(
            RouteAction.Forward.class,
            f -> assertThat(f.clusters()).isEqualTo(new ClusterChoice.One("default/shop:80")));
    assertThat(web.routes().keySet()).containsExactlyInAnyOrder(80, 81);
  }

  @Test
  void defaultsAreThoseOfTheEdge() {
    fleet.put(gateway("web", 80), service("shop", 80));
    CompiledGateway web =
        Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
    HttpConnectionManager http =
        (HttpConnectionManager)
            Objects.requireNonNull(web.listeners().get(80))
                .value()
                .filterChains()
                .getFirst()
                .terminalFilter();
    assertThat(http.rules().forwarded().useRemoteAddress()).isTrue();
    assertThat(http.rules().path().normalizePath()).isTrue();
    assertThat(http.timeouts().request()).isEqualTo(Duration.ofSeconds(300));
    assertThat(http.limits().maxHeadersCount()).isEqualTo(100);
    Cluster cluster =
        Objects.requireNonNull(
                Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop")))
                    .clusters()
                    .get("default/shop:80"))
            .value();
    assertThat(cluster.options().lrsSelf()).isTrue();
    assertThat(Objects.requireNonNull(cluster.outlierDetection()).localOriginFailures().threshold())
        .isEqualTo(3);
    assertThat(cluster.outlierDetection().splitLocalOrigin()).isTrue();
    assertThat(cluster.outlierDetection().ejection().maxPercent()).isEqualTo(10);
    assertThat(cluster.outlierDetection().ejection().alwaysEjectOneHost()).isTrue();
  }

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
  void aMissingServicesShareAnswers500AndHeals() {
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route(
            "r",
            "web",
            List.of(),
            rule(prefix("/"), backend("shop", 80, 9), backend("gone", 80, 1))));
    RouteAction.Forward split = (RouteAction.Forward) routes().getFirst().action();
    assertThat(split.clusterNotFoundStatus()).isEqualTo(500);
    assertThat(((ClusterChoice.Weighted) split.clusters()).clusters())
        .extracting(c -> c.name() + "=" + c.weight())
        .containsExactly("default/shop:80=9", "default/gone:80=1");
    assertThat(compile().conditions(key(Kind.HTTP_ROUTE, "r")))
        .anySatisfy(c -> {
          assertThat(c.type()).isEqualTo(Condition.Type.RESOLVED_REFS);
          assertThat(c.holds()).isFalse();
          assertThat(c.message()).contains("default/gone:80");
        });
    CompiledFleet before = compile();
    fleet.put(service("gone", 80));
    CompiledFleet after = compiler.compile(before, fleet.image(), fleet.delta());
    RouteAction.Forward whole =
        (RouteAction.Forward)
            Objects.requireNonNull(
                    Objects.requireNonNull(after.gateways().get(key(Kind.GATEWAY, "web")))
                        .routes()
                        .get(80))
                .value()
                .virtualHosts()
                .getFirst()
                .routes()
                .getFirst()
                .action();
    assertThat(whole.clusterNotFoundStatus()).isEqualTo(503);
    assertThat(after.conditions(key(Kind.HTTP_ROUTE, "r"))).allMatch(Condition::holds);
  }

  @Test
  void aRuleWithoutBackendsAnswers500() {
    fleet.put(
        gateway("web", 80),
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 0))));
    assertThat(routes().getFirst().action())
        .isInstanceOfSatisfying(
            RouteAction.DirectResponse.class, d -> assertThat(d.status()).isEqualTo(500));
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
            rule(prefix("/a"), List.of(new HttpFilter.Rewrite(null, "/")), backend("shop", 80, 1)),
            rule(
                prefix("/b"),
                List.of(new HttpFilter.Rewrite(null, "/new/")),
                backend("shop", 80, 1)),
            rule(
                prefix("/"),
                List.of(new HttpFilter.Rewrite("h.org", "/root")),
                backend("shop", 80, 1))));
    assertThat(routes())
        .extracting(
            r -> r.match().path() + " -> " + ((RouteAction.Forward) r.action()).rewrite().prefix())
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

  @Test
  void aTokenPolicyIsARequirementOfItsRoutesAlone() {
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route("open", "web", List.of(), rule(prefix("/open"), backend("shop", 80, 1))),
        route("closed", "web", List.of(), rule(prefix("/closed"), backend("shop", 80, 1))),
        tokens("policy", key(Kind.HTTP_ROUTE, "closed")));
    HttpConnectionManager http =
        (HttpConnectionManager)
            Objects.requireNonNull(
                    Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")))
                        .listeners()
                        .get(80))
                .value()
                .filterChains()
                .getFirst()
                .terminalFilter();
    assertThat(http.httpFilters().getFirst().config())
        .isInstanceOfSatisfying(
            JwtAuthnConfig.class,
            jwt -> {
              assertThat(jwt.rules()).isEmpty();
              assertThat(jwt.requirements()).containsOnlyKeys("default/policy");
              assertThat(jwt.providers()).containsOnlyKeys("default/policy/issuer");
            });
    assertThat(routes())
        .extracting(r -> r.name() + " " + r.typedPerFilterConfig())
        .containsExactly(
            "default/closed/rule/0 "
                + Map.of(TokenRules.FILTER, new JwtAuthnPerRoute(false, "default/policy")),
            "default/open/rule/0 {}");
  }

  @Test
  void theTokenFilterStaysWhenTheLastPolicyGoes() {
    fleet.put(gateway("web", 80));
    HttpConnectionManager http =
        (HttpConnectionManager)
            Objects.requireNonNull(
                    Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")))
                        .listeners()
                        .get(80))
                .value()
                .filterChains()
                .getFirst()
                .terminalFilter();
    assertThat(http.httpFilters().getFirst().config())
        .isEqualTo(new JwtAuthnConfig(Map.of(), List.of(), Map.of(), false, false));
  }

  @Test
  void weightsMultiplyAndOverridesRule() {
    fleet.put(service("shop", 80));
    fleet.hosts(
        "shop",
        host(
            "shop",
            "a",
            "10.0.0.1",
            new Host.Details(2, "z1", false, Map.of("p80", 9000), Map.of()),
            null,
            0.5),
        host("shop", "b", "10.0.0.2", new Host.Details(1, null, true, Map.of(), Map.of()), null, 1),
        host(
            "shop",
            "c",
            "10.0.0.3",
            Host.Details.NONE,
            override("shop", "c", 0.25, false, false),
            1),
        host(
            "shop",
            "d",
            "10.0.0.4",
            Host.Details.NONE,
            override("shop", "d", null, true, false),
            1),
        host(
            "shop",
            "e",
            "10.0.0.5",
            Host.Details.NONE,
            override("shop", "e", null, false, true),
            1));
    assertThat(endpoints())
        .extracting(l ->
            l.priority()
                + " "
                + l.locality().zone()
                + " "
                + l.endpoints().stream().map(FleetCompilerTest::text).toList())
        .containsExactly(
            "0  [10.0.0.3:8080 HEALTHY 250]",
            "0 z1 [10.0.0.1:9000 HEALTHY 1000]",
            "1  [10.0.0.2:8080 DRAINING 1000, 10.0.0.4:8080 DRAINING 1000, 10.0.0.5:8080 UNHEALTHY"
                + " 1000]");
    assertThat(
            endpoints().get(1).endpoints().getFirst().metadata().get("headgate").number("fleet", 0))
        .isEqualTo(0.5);
    assertThat(
            endpoints()
                .get(1)
                .endpoints()
                .getFirst()
                .metadata()
                .get("headgate")
                .string("instance", ""))
        .isEqualTo("a");
  }

  @Test
  void hostsThatAllLeaveKeepTheFirstPriority() {
    fleet.put(service("shop", 80));
    fleet.hosts(
        "shop",
        host(
            "shop", "a", "10.0.0.1", new Host.Details(1, null, true, Map.of(), Map.of()), null, 1));
    assertThat(endpoints()).hasSize(1);
    assertThat(endpoints().getFirst().priority()).isZero();
    assertThat(endpoints().getFirst().endpoints().getFirst().health())
        .isEqualTo(HealthStatus.DRAINING);
  }

  private static String text(Endpoint endpoint) {
    return endpoint.address() + " " + endpoint.health() + " " + endpoint.weight();
  }

  @Test
  void anEndpointChangeMakesThatServicesAssignmentOnly() {
    fleet.put(
        gateway("web", 80), route("r", "web", List.of(), rule(prefix("/"), backend("s1", 80, 1))));
    for (int i = 0; i < 50; i++) {
      fleet.put(service("s" + i, 80));
      fleet.hosts("s" + i, host("s" + i, "a", "10.0.0.1", 1));
    }
    CompiledFleet before = compile();
    fleet.hosts("s1", host("s1", "a", "10.0.0.1", 1), host("s1", "b", "10.0.0.2", 1));
    CompiledFleet after = compiler.compile(before, fleet.image(), fleet.delta());
    assertThat(after.rebuilt()).isEqualTo(new CompiledFleet.Rebuilt(0, 1, 0));
    ObjectKey untouched = key(Kind.SERVICE, "s2");
    assertThat(after.services().get(untouched)).isSameAs(before.services().get(untouched));
    assertThat(after.gateways()).isEqualTo(before.gateways());
  }

  @Test
  void aBackendPolicySetsClusterAndRoutes() {
    BackendTrafficPolicy policy =
        new BackendTrafficPolicy(
            meta("p"),
            List.of(new TargetRef(key(Kind.SERVICE, "shop"), null)),
            new BackendTrafficPolicy.BackendSettings(
                new BackendTrafficPolicy.LoadBalancing.RoundRobin(),
                null,
                new BackendTrafficPolicy.Ejection(7, 0, null, null, null, null, 50),
                new BackendTrafficPolicy.Retries(4, List.of("5xx"), List.of(), null, null, null),
                new BackendTrafficPolicy.Timeouts(
                    Duration.ofMillis(100), Duration.ofSeconds(2), null),
                false));
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        policy,
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 1))));
    Cluster cluster =
        Objects.requireNonNull(
                Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop")))
                    .clusters()
                    .get("default/shop:80"))
            .value();
    assertThat(cluster.connectTimeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(cluster.options().lrsSelf()).isFalse();
    assertThat(Objects.requireNonNull(cluster.outlierDetection()).localOriginFailures().threshold())
        .isEqualTo(7);
    assertThat(cluster.outlierDetection().serverErrors().enforcingPercent()).isZero();
    RouteAction.Forward forward = (RouteAction.Forward) routes().getFirst().action();
    assertThat(routes().getFirst().metadata().get("headgate").fields())
        .as("5xx is tried again for idempotent methods only")
        .containsEntry("retry_idempotent_only", new Value.Bool(true));
    assertThat(forward.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(Objects.requireNonNull(forward.retryPolicy()).retryOn())
        .containsExactly(RetryOn.FIVE_XX);
    assertThat(forward.retryPolicy().numRetries()).isEqualTo(4);
  }

  @Test
  void twoPoliciesForOneTargetAreAConflict() {
    ObjectKey target = key(Kind.HTTP_ROUTE, "r");
    fleet.put(
        gateway("web", 80),
        route("r", "web", List.of(), rule(prefix("/"))),
        tokens("a", target),
        tokens("b", target));
    assertThat(compile().conditions(key(Kind.SECURITY_POLICY, "a"))).allMatch(Condition::holds);
    assertThat(compile().conditions(key(Kind.SECURITY_POLICY, "b")))
        .singleElement()
        .satisfies(c -> assertThat(c.reason()).isEqualTo("Conflicted"));
  }

  @Test
  void routesThatDoNotAttachSayWhy() {
    fleet.put(
        new Gateway(meta("web"), "headgate", List.of(listener("l", "a.org", 80))),
        route("host", "web", List.of("b.org"), rule(prefix("/"))),
        route("lost", "nowhere", List.of(), rule(prefix("/"))));
    assertThat(compile().conditions(key(Kind.HTTP_ROUTE, "host")))
        .singleElement()
        .satisfies(c -> assertThat(c.reason()).isEqualTo("NoMatchingListenerHostname"));
    assertThat(compile().conditions(key(Kind.HTTP_ROUTE, "lost")))
        .singleElement()
        .satisfies(c -> assertThat(c.reason()).isEqualTo("NoMatchingParent"));
  }

  @Test
  void certificatesComeFromFilesAtTheProxy() {
    Gateway https =
        new Gateway(
            meta("web"),
            "headgate",
            List.of(
                new Gateway.Listener(
                    "tls",
                    "a.org",
                    443,
                    Gateway.Protocol.HTTPS,
                    List.of(key(Kind.SECRET, "cert")),
                    Gateway.RoutesFrom.SAME)));
    fleet.put(https, new Secret(meta("cert"), Secret.Type.TLS, Map.of()));
    CompiledGateway without = Objects.requireNonNull(compile().gateways().get(https.key()));
    assertThat(without.listeners()).isEmpty();
    assertThat(compile().conditions(https.key()))
        .anySatisfy(c -> assertThat(c.reason()).isEqualTo("InvalidCertificateRef"))
        .anySatisfy(c -> assertThat(c.holds() || c.type() != Condition.Type.PROGRAMMED).isFalse());
    CompiledFleet before = compile();
    fleet.put(
        new Secret(
            new io.headgate.fleet.ObjectMeta(
                "cert",
                "default",
                Map.of(),
                Map.of(ListenerCompiler.CHAIN_FILE, "/c.pem", ListenerCompiler.KEY_FILE, "/k.pem"),
                null,
                null),
            Secret.Type.TLS,
            Map.of()));
    CompiledFleet after = compiler.compile(before, fleet.image(), fleet.delta());
    Listener listener =
        Objects.requireNonNull(
                Objects.requireNonNull(after.gateways().get(https.key())).listeners().get(443))
            .value();
    assertThat(listener.filterChains().getFirst().match().serverNames()).containsExactly("a.org");
    assertThat(
            Objects.requireNonNull(listener.filterChains().getFirst().tls())
                .settings()
                .certificates()
                .getFirst()
                .certificateChain())
        .isEqualTo("/c.pem");
    assertThat(after.conditions(https.key())).allMatch(Condition::holds);
  }

  @Test
  void oneBadRuleAnswers500AndTheRestWorks() {
    ValueCheck refusesRewrites =
        new ValueCheck() {
          @Override
          public List<Finding> cluster(Cluster value) {
            return List.of();
          }

          @Override
          public List<Finding> endpoints(io.headgate.xds.model.ClusterLoadAssignment value) {
            return List.of();
          }

          @Override
          public List<Finding> listener(Listener value) {
            return List.of();
          }

          @Override
          public List<Finding> routes(RouteConfiguration value) {
            List<Route> routes = value.virtualHosts().getFirst().routes();
            for (int i = 0; i < routes.size(); i++) {
              if (routes.get(i).action() instanceof RouteAction.Forward f
                  && f.rewrite().hostLiteral() != null) {
                return List.of(
                    new Finding("virtual_hosts[0].routes[" + i + "].route", "", "no rewrites", ""));
              }
            }
            return List.of();
          }
        };
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route("good", "web", List.of(), rule(prefix("/good"), backend("shop", 80, 1))),
        route(
            "bad",
            "web",
            List.of(),
            rule(
                prefix("/bad"),
                List.of(new HttpFilter.Rewrite("h", null)),
                backend("shop", 80, 1))));
    CompiledFleet compiled = new FleetCompiler(refusesRewrites).compile(fleet.image());
    RouteConfiguration table =
        Objects.requireNonNull(
                Objects.requireNonNull(compiled.gateways().get(key(Kind.GATEWAY, "web")))
                    .routes()
                    .get(80))
            .value();
    assertThat(table.virtualHosts().getFirst().routes())
        .extracting(r -> r.name() + " " + r.action().getClass().getSimpleName())
        .containsExactly("default/good/rule/0 Forward", "default/bad/rule/0 DirectResponse");
    assertThat(compiled.allProblems())
        .singleElement()
        .satisfies(p -> {
          assertThat(p.object()).isEqualTo(key(Kind.HTTP_ROUTE, "bad"));
          assertThat(p.violation().path()).isEqualTo("spec.rules[0]");
        });
    HttpRoute candidate =
        route(
            "bad2",
            "web",
            List.of(),
            rule(prefix("/x"), List.of(new HttpFilter.Rewrite("h", null)), backend("shop", 80, 1)));
    assertThat(new SemanticCheck(refusesRewrites).check(candidate, fleet.image()))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).contains("no rewrites"));
    assertThat(
            new SemanticCheck(refusesRewrites)
                .check(
                    route("fine", "web", List.of(), rule(prefix("/y"), backend("shop", 80, 1))),
                    fleet.image()))
        .isEmpty();
  }
}
