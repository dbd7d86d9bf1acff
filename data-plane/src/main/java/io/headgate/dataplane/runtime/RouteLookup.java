package io.headgate.dataplane.runtime;

import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.route.RouteTable;

/** Gives a listener the route tables that it names. */
@FunctionalInterface
public interface RouteLookup {
  /**
   * Where the table in force of this name is read from; it takes no request before there is one.
   */
  Current<RouteTable> table(String name);
}
