package io.headgate.dataplane.app;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.dataplane.route.RuntimeFlags;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the route table of the moment.
 *
 * <p>Thread: any event loop.
 */
record TableLookup(Supplier<RouteTable> table, RuntimeFlags runtime) implements RouteLookup {
  @Override
  public @Nullable StreamRoute find(RequestHead head, RandomGenerator random) {
    return table.get().match(head, random);
  }

  @Override
  public List<HeaderName> internalOnlyHeaders() {
    return table.get().internalOnlyHeaders();
  }
}
