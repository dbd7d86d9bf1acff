package io.headgate.fleet.codec.route;

import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute.Backend;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.ApiVersions;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.BackendObjectReference;
import io.headgate.proto.config.v1.HTTPBackendRef;
import java.util.ArrayList;
import java.util.List;

/**
 * References to backends between message and record. Spec: Gateway API v1.4,
 * BackendObjectReference.
 *
 * <p>A reference to something else than a Service is no violation: it is answered for with an
 * error, and the route's conditions say so.
 */
final class BackendCodec {
  private BackendCodec() {}

  static List<BackendRef> read(List<HTTPBackendRef> messages, ObjectMeta meta, Scope rule) {
    List<BackendRef> out = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      HTTPBackendRef ref = messages.get(i);
      Scope at = rule.item("backendRefs", i);
      int weight = ref.hasWeight() ? ref.getWeight() : 1;
      Rules.weight(at.field("weight"), weight);
      BackendObjectReference.Builder target =
          BackendObjectReference.newBuilder()
              .setGroup(ref.getGroup())
              .setKind(ref.getKind())
              .setName(ref.getName())
              .setNamespace(ref.getNamespace());
      if (ref.hasPort()) {
        target.setPort(ref.getPort());
      }
      List<HttpFilter> filters = HttpFilterCodec.ofBackend(ref.getFiltersList(), meta, at);
      out.add(new BackendRef(read(target.build(), meta, at), weight, filters));
    }
    return out;
  }

  static Backend read(BackendObjectReference ref, ObjectMeta meta, Scope at) {
    String namespace = ref.getNamespace().isEmpty() ? meta.namespace() : ref.getNamespace();
    boolean service =
        (ref.getKind().isEmpty() || ref.getKind().equals(Kind.SERVICE.manifestName()))
            && ApiVersions.groupsOf(Kind.SERVICE).contains(ref.getGroup());
    if (service || ref.hasPort()) {
      Rules.port(at.field("port"), ref.hasPort(), ref.getPort());
    }
    Rules.subdomain(at.field("name"), ref.getName());
    Rules.label(at.field("namespace"), namespace);
    return new Backend(
        MetaCodec.key(Kind.SERVICE, namespace, ref.getName()),
        ref.getPort(),
        service ? null : ref.getGroup() + "/" + ref.getKind());
  }

  static HTTPBackendRef write(BackendRef backend) {
    BackendObjectReference target = write(backend.target());
    HTTPBackendRef.Builder out =
        HTTPBackendRef.newBuilder()
            .setGroup(target.getGroup())
            .setKind(target.getKind())
            .setNamespace(target.getNamespace())
            .setName(target.getName())
            .setWeight(backend.weight());
    if (target.hasPort()) {
      out.setPort(target.getPort());
    }
    backend.filters().forEach(filter -> out.addFilters(HttpFilterCodec.write(filter)));
    return out.build();
  }

  static BackendObjectReference write(Backend backend) {
    BackendObjectReference.Builder out =
        BackendObjectReference.newBuilder()
            .setNamespace(backend.service().namespace())
            .setName(backend.service().name());
    if (backend.port() != 0) {
      out.setPort(backend.port());
    }
    String foreign = backend.foreign();
    if (foreign != null) {
      int slash = foreign.lastIndexOf('/');
      out.setGroup(foreign.substring(0, slash)).setKind(foreign.substring(slash + 1));
    }
    return out.build();
  }
}
