package io.headgate.fleet.codec.gateway;

import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.ReferenceGrant;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.ReferenceGrantFrom;
import io.headgate.proto.config.v1.ReferenceGrantSpec;
import io.headgate.proto.config.v1.ReferenceGrantTo;
import java.util.ArrayList;
import java.util.List;

/**
 * Grants between message and record. Spec: Gateway API v1.4, ReferenceGrantSpec.
 *
 * <p>Kinds that nobody has here are kept and grant nothing.
 */
public final class ReferenceGrantCodec {
  private ReferenceGrantCodec() {}

  public static ReferenceGrant read(
      io.headgate.proto.config.v1.ReferenceGrant message, ObjectMeta meta, Scope root) {
    ReferenceGrantSpec spec = message.getSpec();
    Scope at = root.field("spec");
    if (spec.getFromCount() == 0) {
      at.wrongField("from", "is required", "name who may refer");
    }
    if (spec.getToCount() == 0) {
      at.wrongField("to", "is required", "name what may be referred to");
    }
    List<ReferenceGrant.From> from = new ArrayList<>();
    for (int i = 0; i < spec.getFromCount(); i++) {
      ReferenceGrantFrom one = spec.getFrom(i);
      Scope item = at.item("from", i);
      Rules.required(item.field("group"), one.getGroup());
      Rules.required(item.field("kind"), one.getKind());
      Rules.label(item.field("namespace"), one.getNamespace());
      from.add(new ReferenceGrant.From(one.getGroup(), one.getKind(), one.getNamespace()));
    }
    List<ReferenceGrant.To> to = new ArrayList<>();
    for (int i = 0; i < spec.getToCount(); i++) {
      ReferenceGrantTo one = spec.getTo(i);
      Scope item = at.item("to", i);
      Rules.required(item.field("kind"), one.getKind());
      if (!one.getName().isEmpty()) {
        Rules.subdomain(item.field("name"), one.getName());
      }
      to.add(new ReferenceGrant.To(one.getGroup(), one.getKind(), Rules.orNull(one.getName())));
    }
    return new ReferenceGrant(meta, from, to);
  }

  public static io.headgate.proto.config.v1.ReferenceGrant write(ReferenceGrant value) {
    ReferenceGrantSpec.Builder spec = ReferenceGrantSpec.newBuilder();
    for (ReferenceGrant.From from : value.from()) {
      spec.addFromBuilder()
          .setGroup(from.group())
          .setKind(from.kind())
          .setNamespace(from.namespace());
    }
    for (ReferenceGrant.To to : value.to()) {
      ReferenceGrantTo.Builder out = spec.addToBuilder().setGroup(to.group()).setKind(to.kind());
      if (to.name() != null) {
        out.setName(to.name());
      }
    }
    return io.headgate.proto.config.v1.ReferenceGrant.newBuilder().setSpec(spec).build();
  }
}
