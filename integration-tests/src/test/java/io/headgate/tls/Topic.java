package io.headgate.tls;

import java.util.List;

/** A group of cases with the config that they need. */
interface Topic {
  List<Door> doors();

  default List<Upstream> upstreams() {
    return List.of();
  }

  List<Case> cases();
}
