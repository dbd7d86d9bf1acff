package io.headgate.fleet.codec.route;

import com.google.protobuf.Message;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.ConnectionRouteRule;
import io.headgate.proto.config.v1.ParentReference;
import io.headgate.proto.config.v1.TCPRoute;
import io.headgate.proto.config.v1.TCPRouteSpec;
import io.headgate.proto.config.v1.TLSRoute;
import io.headgate.proto.config.v1.TLSRouteSpec;
import java.util.List;

/** TLSRoutes and TCPRoutes between message and record. Spec: Gateway API v1.4, TLSRouteSpec. */
public final class ConnectionRouteCodec {
  private ConnectionRouteCodec() {}

  public static ConnectionRoute read(TLSRoute message, ObjectMeta meta, Scope root) {
    TLSRouteSpec spec = message.getSpec();
    Scope at = root.field("spec");
    return route(
        new ConnectionRoute(
            meta,
            Kind.TLS_ROUTE,
            parents(spec.getParentRefsList(), meta, at),
            HttpRouteCodec.hostnames(spec.getHostnamesList(), at),
            "",
            List.of()),
        spec.getRulesList(),
        at);
  }

  public static ConnectionRoute read(TCPRoute message, ObjectMeta meta, Scope root) {
    TCPRouteSpec spec = message.getSpec();
    Scope at = root.field("spec");
    return route(
        new ConnectionRoute(
            meta,
            Kind.TCP_ROUTE,
            parents(spec.getParentRefsList(), meta, at),
            List.of(),
            "",
            List.of()),
        spec.getRulesList(),
        at);
  }

  private static List<ParentRef> parents(List<ParentReference> refs, ObjectMeta meta, Scope at) {
    return HttpRouteCodec.parents(refs, meta, at);
  }

  private static ConnectionRoute route(
      ConnectionRoute bare, List<ConnectionRouteRule> rules, Scope at) {
    if (rules.size() != 1) {
      at.wrongField("rules", "must be exactly one rule", "put all backends into one");
      return bare;
    }
    ConnectionRouteRule rule = rules.getFirst();
    Scope place = at.item("rules", 0);
    if (!rule.getName().isEmpty()) {
      Rules.subdomain(place.field("name"), rule.getName());
    }
    List<BackendRef> backends =
        BackendCodec.read(rule.getBackendRefsList(), bare.metadata(), place);
    for (int i = 0; i < backends.size(); i++) {
      if (!backends.get(i).filters().isEmpty()) {
        place.item("backendRefs", i).wrongField("filters", "cannot act on bytes", "remove them");
      }
    }
    return new ConnectionRoute(
        bare.metadata(), bare.kind(), bare.parents(), bare.hostnames(), rule.getName(), backends);
  }

  public static Message write(ConnectionRoute value) {
    ConnectionRouteRule.Builder rule = ConnectionRouteRule.newBuilder().setName(value.ruleName());
    value.backends().forEach(backend -> rule.addBackendRefs(BackendCodec.write(backend)));
    List<ParentReference> parents = HttpRouteCodec.writeParents(value.parents());
    return value.kind() == Kind.TLS_ROUTE
        ? TLSRoute.newBuilder()
            .setSpec(
                TLSRouteSpec.newBuilder()
                    .addAllParentRefs(parents)
                    .addAllHostnames(value.hostnames())
                    .addRules(rule))
            .build()
        : TCPRoute.newBuilder()
            .setSpec(TCPRouteSpec.newBuilder().addAllParentRefs(parents).addRules(rule))
            .build();
  }
}
