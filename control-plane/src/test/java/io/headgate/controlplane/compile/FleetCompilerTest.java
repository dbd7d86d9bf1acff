package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.host;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.listener;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.tls.TlsCertificates;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.route.ClusterChoice;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What fleet resources become: names, defaults, and what is missing or wrong. */
class FleetCompilerTest extends CompilerFixture {
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
    HttpConnectionManager http = manager();
    assertThat(http.rules().forwarded().useRemoteAddress()).isTrue();
    assertThat(http.rules().path().normalizePath()).isTrue();
    assertThat(http.timeouts().request()).isEqualTo(Duration.ofSeconds(300));
    assertThat(http.limits().maxHeadersCount()).isEqualTo(100);
    Cluster cluster = cluster();
    assertThat(cluster.options().lrsSelf()).isTrue();
    assertThat(Objects.requireNonNull(cluster.outlierDetection()).localOriginFailures().threshold())
        .isEqualTo(3);
    assertThat(cluster.outlierDetection().splitLocalOrigin()).isTrue();
    assertThat(cluster.outlierDetection().ejection().maxPercent()).isEqualTo(10);
    assertThat(cluster.outlierDetection().ejection().alwaysEjectOneHost()).isTrue();
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
        .extracting(c -> c.cluster().text() + "=" + c.weight())
        .containsExactly("default/shop:80=9", "default/gone:80=1");
    assertThat(routes().getFirst().metadata().get("headgate").fields())
        .as("proxies do not wait for it")
        .containsEntry(
            "missing_clusters", new Value.Arr(List.of(new Value.Str("default/gone:80"))));
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
                  && f.rewrite().host() instanceof Rewrite.HostEdit.Literal) {
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
                    AllowedRoutes.SAME_NAMESPACE)));
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
                Map.of(TlsCertificates.CHAIN_FILE, "/c.pem", TlsCertificates.KEY_FILE, "/k.pem"),
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
    assertThat(certificates(listener))
        .containsExactly(
            new SecretRef.Own(
                new TlsCertificate(new DataSource.File("/c.pem"), new DataSource.File("/k.pem"))));
    assertThat(after.conditions(https.key())).allMatch(Condition::holds);
  }

  @Test
  void keysTravelInSecretsAlone() {
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
                    AllowedRoutes.SAME_NAMESPACE)));
    fleet.put(https, tlsSecret("first"));
    CompiledFleet before = compile();
    CompiledGateway first = Objects.requireNonNull(before.gateways().get(https.key()));
    Listener listener = Objects.requireNonNull(first.listeners().get(443)).value();
    assertThat(certificates(listener))
        .containsExactly(
            new SecretRef.Discovered("default/cert", java.time.Duration.ofSeconds(15)));
    assertThat(first.secrets()).containsOnlyKeys("default/cert");
    fleet.put(tlsSecret("second"));
    CompiledFleet after = compiler.compile(before, fleet.image(), fleet.delta());
    CompiledGateway second = Objects.requireNonNull(after.gateways().get(https.key()));
    assertThat(Objects.requireNonNull(second.listeners().get(443)).value()).isEqualTo(listener);
    assertThat(Objects.requireNonNull(second.secrets().get("default/cert")).value().value())
        .isEqualTo(
            new TlsCertificate(
                new DataSource.Inline("chain".getBytes(StandardCharsets.UTF_8)),
                new DataSource.Inline("second".getBytes(StandardCharsets.UTF_8))));
  }

  private Secret tlsSecret(String privateKey) {
    return new Secret(
        meta("cert"),
        Secret.Type.TLS,
        Map.of("tls.crt", SecretBytes.of("chain"), "tls.key", SecretBytes.of(privateKey)));
  }

  private static List<SecretRef> certificates(Listener listener) {
    return Objects.requireNonNull(listener.filterChains().getFirst().tls())
        .settings()
        .certificates();
  }
}
