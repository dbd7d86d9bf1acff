package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static io.headgate.controlplane.compile.TestFleet.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.access.TokenRules;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What policies change in listeners, routes and clusters. */
class PolicyCompilationTest extends CompilerFixture {
  @Test
  void aTokenPolicyIsARequirementOfItsRoutesAlone() {
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        route("open", "web", List.of(), rule(prefix("/open"), backend("shop", 80, 1))),
        route("closed", "web", List.of(), rule(prefix("/closed"), backend("shop", 80, 1))),
        tokens("policy", key(Kind.HTTP_ROUTE, "closed")));
    HttpConnectionManager http = manager();
    assertThat(config(http, TokenRules.FILTER))
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

  private static FilterConfig config(HttpConnectionManager http, String filter) {
    return http.httpFilters().stream()
        .filter(f -> f.name().equals(filter))
        .findFirst()
        .orElseThrow()
        .config();
  }

  @Test
  void theTokenFilterStaysWhenTheLastPolicyGoes() {
    fleet.put(gateway("web", 80));
    HttpConnectionManager http = manager();
    assertThat(config(http, TokenRules.FILTER))
        .isEqualTo(new JwtAuthnConfig(Map.of(), List.of(), Map.of(), false, false));
  }

  @Test
  void aBackendPolicySetsClusterAndRoutes() {
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: BackendTrafficPolicy
        metadata: {name: p}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          loadBalancer: {type: RoundRobin}
          healthCheck:
            passive: {consecutiveLocalOriginFailures: 7, consecutive5XxErrors: 0}
          retry: {numRetries: 4, retryOn: {triggers: [5xx]}}
          timeout: {tcp: {connectTimeout: 100ms}, http: {requestTimeout: 2s}}
          feedback: {enabled: false}
        """);
    fleet.putOneRoute();
    Cluster cluster = cluster();
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
}
