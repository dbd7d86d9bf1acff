package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.RequestHead;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request; a route table's {@code match}. <b>Thread:</b> any event loop. */
@FunctionalInterface
public interface RouteLookup {
  /** No route for anything. */
  RouteLookup NONE = (head, random) -> null;

  /** Returns the route, null when none matches. */
  @Nullable StreamRoute find(RequestHead head, RandomGenerator random);
}
