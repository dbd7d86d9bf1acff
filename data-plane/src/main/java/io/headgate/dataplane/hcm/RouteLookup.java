package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.route.RuntimeFlags;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a connection manager asks of its route table. <b>Thread:</b> any event loop. */
@FunctionalInterface
public interface RouteLookup {
  /** No route for anything. */
  RouteLookup NONE = (head, random) -> null;

  /** Returns the route, null when none matches. */
  @Nullable StreamRoute find(RequestHead head, RandomGenerator random);

  /** Returns the headers that requests from outside must not bring. */
  default List<HeaderName> internalOnlyHeaders() {
    return List.of();
  }

  /** Returns the values that operators change while the proxy runs. */
  default RuntimeFlags runtime() {
    return RuntimeFlags.DEFAULTS;
  }
}
