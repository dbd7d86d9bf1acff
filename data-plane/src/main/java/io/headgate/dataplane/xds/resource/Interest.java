package io.headgate.dataplane.xds.resource;

import java.util.Set;

/** Which resources of a type the proxy wants. */
public sealed interface Interest {
  /** All that the control plane has for this proxy. */
  record All() implements Interest {}

  /** These and no others; none at all when the set is empty. */
  record Names(Set<String> names) implements Interest {
    public Names {
      names = Set.copyOf(names);
    }
  }

  /** Nothing. */
  static Interest none() {
    return new Names(Set.of());
  }
}
