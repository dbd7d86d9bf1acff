package io.headgate.fleet.codec.policy;

import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.TargetRef;
import io.headgate.fleet.codec.rule.ApiVersions;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.PolicyTargetReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What policies govern, between message and record. Spec: Gateway API policy attachment (GEP-713).
 */
final class PolicyCodec {
  private PolicyCodec() {}

  static List<TargetRef> read(
      List<PolicyTargetReference> refs, List<Kind> allowed, ObjectMeta meta, Scope spec) {
    if (refs.isEmpty()) {
      spec.wrongField("targetRefs", "is required", "name what the policy governs");
    }
    List<TargetRef> out = new ArrayList<>();
    for (int i = 0; i < refs.size(); i++) {
      out.add(target(refs.get(i), allowed, meta, spec.item("targetRefs", i)));
    }
    Rules.unique(
        out.stream().map(t -> t.object() + "#" + t.section()).toList(),
        i -> spec.item("targetRefs", i));
    return out;
  }

  private static TargetRef target(
      PolicyTargetReference ref, List<Kind> allowed, ObjectMeta meta, Scope at) {
    Optional<Kind> kind = Kind.ofManifest(ref.getKind()).filter(allowed::contains);
    if (kind.isEmpty()) {
      List<String> names = allowed.stream().map(Kind::manifestName).toList();
      at.wrongField(
          "kind",
          ref.getKind().isEmpty() ? "is required" : "is not governed by this kind of policy",
          "use " + String.join(" or ", names));
    }
    if (!ref.getSectionName().isEmpty()) {
      Rules.subdomain(at.field("sectionName"), ref.getSectionName());
    }
    ObjectKey object =
        MetaCodec.reference(
            kind.orElse(allowed.get(0)),
            kind.isEmpty() ? "" : ref.getGroup(),
            "",
            meta.namespace(),
            ref.getName(),
            at);
    return new TargetRef(object, Rules.orNull(ref.getSectionName()));
  }

  static List<PolicyTargetReference> write(List<TargetRef> targets) {
    return targets.stream()
        .map(t -> {
          PolicyTargetReference.Builder out =
              PolicyTargetReference.newBuilder()
                  .setGroup(ApiVersions.groupsOf(t.object().kind()).get(0))
                  .setKind(t.object().kind().manifestName())
                  .setName(t.object().name());
          if (t.section() != null) {
            out.setSectionName(t.section());
          }
          return out.build();
        })
        .toList();
  }
}
