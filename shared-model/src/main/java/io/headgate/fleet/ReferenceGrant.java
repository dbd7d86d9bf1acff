package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Allows objects of other namespaces to refer to some of its own. ReferenceGrant of Gateway API
 * v1.4.
 */
public record ReferenceGrant(ObjectMeta metadata, List<From> from, List<To> to)
    implements FleetObject {

  public ReferenceGrant {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  @Override
  public Kind kind() {
    return Kind.REFERENCE_GRANT;
  }

  /** Objects that may refer; a kind that nobody has here is none. */
  public record From(String group, String kind, String namespace) {}

  /**
   * Objects that may be referred to.
   *
   * @param name null for all of the kind
   */
  public record To(String group, String kind, @Nullable String name) {}

  /** Whether an object of one kind and namespace may refer to another object by this grant. */
  public boolean allows(Kind kind, String namespace, ObjectKey target) {
    return target.namespace().equals(metadata.namespace())
        && from.stream()
            .anyMatch(f -> f.kind.equals(kind.manifestName()) && f.namespace.equals(namespace))
        && to.stream()
            .anyMatch(t ->
                t.kind.equals(target.kind().manifestName())
                    && (t.name == null || t.name.equals(target.name())));
  }
}
