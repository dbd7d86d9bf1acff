package io.headgate.fleet.codec.route;

import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.HttpRoute.RouteRetry;
import io.headgate.fleet.HttpRoute.Rule;
import io.headgate.fleet.HttpRoute.Timeouts;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.HTTPRoute;
import io.headgate.proto.config.v1.HTTPRouteRetry;
import io.headgate.proto.config.v1.HTTPRouteRule;
import io.headgate.proto.config.v1.HTTPRouteSpec;
import io.headgate.proto.config.v1.HTTPRouteTimeouts;
import io.headgate.proto.config.v1.ParentReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Routes between message and record. Spec: Gateway API v1.4, HTTPRouteSpec and its validation
 * rules.
 */
public final class HttpRouteCodec {
  private HttpRouteCodec() {}

  public static HttpRoute read(HTTPRoute message, ObjectMeta meta, Scope root) {
    HTTPRouteSpec spec = message.getSpec();
    Scope at = root.field("spec");
    List<ParentRef> parents = parents(spec.getParentRefsList(), meta, at);
    List<String> hostnames = hostnames(spec.getHostnamesList(), at);
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < spec.getRulesCount(); i++) {
      rules.add(rule(spec.getRules(i), meta, at.item("rules", i)));
    }
    if (rules.isEmpty()) {
      // The default of Gateway API: everything matches, and there is nobody to answer.
      rules.add(new Rule(null, List.of(RouteMatch.ANY), List.of(), List.of(), Timeouts.NONE, null));
    }
    distinctNames(rules, at);
    return new HttpRoute(meta, parents, hostnames, rules);
  }

  static void distinctNames(List<Rule> rules, Scope at) {
    Rules.unique(
        rules.stream().map(r -> r.name() == null ? "" : r.name()).toList(),
        i -> at.item("rules", i).field("name"));
  }

  public static List<String> hostnames(List<String> texts, Scope at) {
    List<String> hostnames = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      hostnames.add(Rules.hostname(at.item("hostnames", i), texts.get(i), true));
    }
    Rules.unique(hostnames, i -> at.item("hostnames", i));
    return hostnames;
  }

  public static List<ParentRef> parents(List<ParentReference> refs, ObjectMeta meta, Scope at) {
    if (refs.isEmpty()) {
      at.wrongField("parentRefs", "is required", "name the Gateway that the route attaches to");
    }
    List<ParentRef> parents = new ArrayList<>();
    for (int i = 0; i < refs.size(); i++) {
      parents.add(parent(refs.get(i), meta, at.item("parentRefs", i)));
    }
    Rules.unique(parents.stream().map(ParentRef::toString).toList(), i -> at.item("parentRefs", i));
    return parents;
  }

  private static ParentRef parent(ParentReference ref, ObjectMeta meta, Scope at) {
    String namespace = ref.getNamespace().isEmpty() ? meta.namespace() : ref.getNamespace();
    if (!ref.getSectionName().isEmpty()) {
      Rules.subdomain(at.field("sectionName"), ref.getSectionName());
    }
    return new ParentRef(
        MetaCodec.reference(
            Kind.GATEWAY, ref.getGroup(), ref.getKind(), namespace, ref.getName(), at),
        Rules.orNull(ref.getSectionName()),
        ref.hasPort() ? (Integer) Rules.port(at.field("port"), true, ref.getPort()) : null);
  }

  private static Rule rule(HTTPRouteRule message, ObjectMeta meta, Scope at) {
    if (!message.getName().isEmpty()) {
      Rules.subdomain(at.field("name"), message.getName());
    }
    List<RouteMatch> matches = new ArrayList<>();
    for (int i = 0; i < message.getMatchesCount(); i++) {
      matches.add(RouteMatchCodec.read(message.getMatches(i), at.item("matches", i)));
    }
    if (matches.isEmpty()) {
      matches.add(RouteMatch.ANY);
    }
    List<HttpFilter> filters = HttpFilterCodec.read(message.getFiltersList(), matches, meta, at);
    List<BackendRef> backends = BackendCodec.read(message.getBackendRefsList(), meta, at);
    if (!backends.isEmpty() && filters.stream().anyMatch(HttpFilter.Redirect.class::isInstance)) {
      at.wrongField("backendRefs", "cannot stand beside a RequestRedirect", "remove them");
    }
    return new Rule(
        Rules.orNull(message.getName()),
        matches,
        filters,
        backends,
        timeouts(message.getTimeouts(), at.field("timeouts")),
        message.hasRetry() ? retry(message.getRetry(), at.field("retry")) : null);
  }

  private static Timeouts timeouts(HTTPRouteTimeouts message, Scope at) {
    Duration request = Rules.duration(at.field("request"), message.getRequest());
    Duration backend = Rules.duration(at.field("backendRequest"), message.getBackendRequest());
    if (request != null
        && backend != null
        && !request.isZero()
        && (backend.isZero() || backend.compareTo(request) > 0)) {
      at.wrongField(
          "backendRequest",
          "is longer than timeouts.request",
          "use at most " + message.getRequest());
    }
    return new Timeouts(request, backend);
  }

  private static RouteRetry retry(HTTPRouteRetry message, Scope at) {
    for (int i = 0; i < message.getCodesCount(); i++) {
      Rules.between(at.item("codes", i), message.getCodes(i), 400, 599);
    }
    int attempts = message.hasAttempts() ? message.getAttempts() : 1;
    return new RouteRetry(
        message.getCodesList(),
        Rules.between(at.field("attempts"), attempts, 0, 100),
        Rules.positive(at.field("backoff"), message.getBackoff()));
  }

  public static HTTPRoute write(HttpRoute value) {
    HTTPRouteSpec.Builder spec =
        HTTPRouteSpec.newBuilder()
            .addAllParentRefs(writeParents(value.parents()))
            .addAllHostnames(value.hostnames());
    value.rules().forEach(rule -> spec.addRules(write(rule)));
    return HTTPRoute.newBuilder().setSpec(spec).build();
  }

  static List<ParentReference> writeParents(List<ParentRef> parents) {
    List<ParentReference> all = new ArrayList<>();
    for (ParentRef parent : parents) {
      ParentReference.Builder out =
          ParentReference.newBuilder()
              .setNamespace(parent.gateway().namespace())
              .setName(parent.gateway().name());
      if (parent.listener() != null) {
        out.setSectionName(parent.listener());
      }
      if (parent.port() != null) {
        out.setPort(parent.port());
      }
      all.add(out.build());
    }
    return all;
  }

  private static HTTPRouteRule write(Rule rule) {
    HTTPRouteRule.Builder out = HTTPRouteRule.newBuilder();
    if (rule.name() != null) {
      out.setName(rule.name());
    }
    rule.matches().forEach(m -> out.addMatches(RouteMatchCodec.write(m)));
    rule.filters().forEach(f -> out.addFilters(HttpFilterCodec.write(f)));
    rule.backends().forEach(backend -> out.addBackendRefs(BackendCodec.write(backend)));
    if (rule.timeouts().request() != null) {
      out.getTimeoutsBuilder().setRequest(GatewayDuration.format(rule.timeouts().request()));
    }
    if (rule.timeouts().backendRequest() != null) {
      out.getTimeoutsBuilder()
          .setBackendRequest(GatewayDuration.format(rule.timeouts().backendRequest()));
    }
    if (rule.retry() != null) {
      out.getRetryBuilder().addAllCodes(rule.retry().codes()).setAttempts(rule.retry().attempts());
      if (rule.retry().backoff() != null) {
        out.getRetryBuilder().setBackoff(GatewayDuration.format(rule.retry().backoff()));
      }
    }
    return out.build();
  }
}
