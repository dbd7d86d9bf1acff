package io.headgate.controlplane.compile.policy;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ReferenceGrant;
import java.util.List;

/**
 * Who may refer to objects of other namespaces.
 *
 * <p>Thread: immutable. Spec: Gateway API, ReferenceGrant.
 */
public record Grants(List<ReferenceGrant> all) {

  public static Grants of(ConfigImage image) {
    return new Grants(Policies.all(image, Kind.REFERENCE_GRANT, ReferenceGrant.class));
  }

  /** Whether an object may refer to another: one of its own namespace, or by a grant. */
  public boolean allow(ObjectKey from, ObjectKey to) {
    return from.namespace().equals(to.namespace())
        || all.stream().anyMatch(grant -> grant.allows(from.kind(), from.namespace(), to));
  }

  /** What to do about a reference that is not allowed. */
  public static String missing(ObjectKey from, ObjectKey to) {
    return "%s may not refer to %s: a ReferenceGrant in namespace %s would allow it"
        .formatted(from, to, to.namespace());
  }
}
