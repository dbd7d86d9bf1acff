package io.headgate.fleet.codec.route;

import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.Rule;
import io.headgate.fleet.HttpRoute.Timeouts;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.RouteMatch.PathMatch.Rpc;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.GRPCMethodMatch;
import io.headgate.proto.config.v1.GRPCRoute;
import io.headgate.proto.config.v1.GRPCRouteMatch;
import io.headgate.proto.config.v1.GRPCRouteRule;
import io.headgate.proto.config.v1.GRPCRouteSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** gRPC routes between message and record. Spec: Gateway API v1.4, GRPCRouteSpec. */
public final class GrpcRouteCodec {
  private enum MethodType {
    Exact,
    RegularExpression
  }

  private static final RouteMatch ANY = new RouteMatch(Rpc.ANY, List.of(), List.of(), null);
  private static final Pattern SERVICE =
      Pattern.compile("[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*");
  private static final Pattern METHOD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private GrpcRouteCodec() {}

  public static GrpcRoute read(GRPCRoute message, ObjectMeta meta, Scope root) {
    GRPCRouteSpec spec = message.getSpec();
    Scope at = root.field("spec");
    List<HttpRoute.ParentRef> parents = HttpRouteCodec.parents(spec.getParentRefsList(), meta, at);
    List<String> hostnames = HttpRouteCodec.hostnames(spec.getHostnamesList(), at);
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < spec.getRulesCount(); i++) {
      rules.add(rule(spec.getRules(i), meta, at.item("rules", i)));
    }
    if (rules.isEmpty()) {
      rules.add(new Rule(null, List.of(ANY), List.of(), List.of(), Timeouts.NONE, null));
    }
    HttpRouteCodec.distinctNames(rules, at);
    return new GrpcRoute(meta, parents, hostnames, rules);
  }

  private static Rule rule(GRPCRouteRule message, ObjectMeta meta, Scope at) {
    if (!message.getName().isEmpty()) {
      Rules.subdomain(at.field("name"), message.getName());
    }
    List<RouteMatch> matches = new ArrayList<>();
    for (int i = 0; i < message.getMatchesCount(); i++) {
      GRPCRouteMatch match = message.getMatches(i);
      Scope item = at.item("matches", i);
      matches.add(
          new RouteMatch(
              match.hasMethod() ? method(match.getMethod(), item.field("method")) : Rpc.ANY,
              RouteMatchCodec.values(match.getHeadersList(), true, "headers", item),
              List.of(),
              null));
    }
    return new Rule(
        Rules.orNull(message.getName()),
        matches.isEmpty() ? List.of(ANY) : matches,
        HttpFilterCodec.ofRpc(message.getFiltersList(), meta, at),
        BackendCodec.read(message.getBackendRefsList(), meta, at),
        Timeouts.NONE,
        null);
  }

  private static Rpc method(GRPCMethodMatch message, Scope at) {
    String service = message.getService();
    String method = message.getMethod();
    boolean regex =
        Rules.choice(at.field("type"), message.getType(), MethodType.values(), MethodType::name, "")
            == MethodType.RegularExpression;
    if (service.isEmpty() && method.isEmpty()) {
      at.wrong("matches nothing in particular", "give service or method, or remove it");
    }
    name(at.field("service"), service, regex, SERVICE, "package.Service");
    name(at.field("method"), method, regex, METHOD, "Method");
    return new Rpc(service, method, regex);
  }

  private static void name(Scope at, String value, boolean regex, Pattern form, String example) {
    if (value.isEmpty()) {
      return;
    }
    if (regex) {
      Rules.regex(at, value);
    } else if (!form.matcher(value).matches()) {
      at.wrong("is not a name of gRPC", "write it as " + example);
    } else if (value.length() > 1024) {
      at.wrong("is longer than 1024 characters");
    }
  }

  public static GRPCRoute write(GrpcRoute value) {
    GRPCRouteSpec.Builder spec =
        GRPCRouteSpec.newBuilder()
            .addAllParentRefs(HttpRouteCodec.writeParents(value.parents()))
            .addAllHostnames(value.hostnames());
    value.rules().forEach(rule -> spec.addRules(write(rule)));
    return GRPCRoute.newBuilder().setSpec(spec).build();
  }

  private static GRPCRouteRule write(Rule rule) {
    GRPCRouteRule.Builder out = GRPCRouteRule.newBuilder();
    if (rule.name() != null) {
      out.setName(rule.name());
    }
    rule.matches().forEach(match -> out.addMatches(write(match)));
    rule.filters().forEach(filter -> out.addFilters(HttpFilterCodec.write(filter)));
    rule.backends().forEach(backend -> out.addBackendRefs(BackendCodec.write(backend)));
    return out.build();
  }

  private static GRPCRouteMatch write(RouteMatch match) {
    GRPCRouteMatch.Builder out = GRPCRouteMatch.newBuilder();
    if (match.path() instanceof Rpc rpc && !rpc.equals(Rpc.ANY)) {
      out.getMethodBuilder()
          .setType((rpc.regex() ? MethodType.RegularExpression : MethodType.Exact).name())
          .setService(rpc.service())
          .setMethod(rpc.method());
    }
    match.headers().forEach(header -> out.addHeaders(RouteMatchCodec.write(header)));
    return out.build();
  }
}
