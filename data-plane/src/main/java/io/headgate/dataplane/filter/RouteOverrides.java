package io.headgate.dataplane.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The per-route config of filters, as the chosen route and the levels above it give it. Immutable;
 * implemented by the route table.
 */
public interface RouteOverrides {
  /** No override for any filter. */
  RouteOverrides NONE =
      new RouteOverrides() {
        @Override
        public boolean isEmpty() {
          return true;
        }

        @Override
        public @Nullable Object mostSpecific(String filterName) {
          return null;
        }

        @Override
        public List<Object> all(String filterName) {
          return List.of();
        }

        @Override
        public @Nullable Boolean disabled(String filterName) {
          return null;
        }
      };

  /** Returns whether there is no override at all, the usual case. */
  boolean isEmpty();

  /** Returns the override nearest to the request (weighted cluster, route, virtual host, table). */
  @Nullable Object mostSpecific(String filterName);

  /** Returns all overrides from the least to the most specific, for filters that merge. */
  List<Object> all(String filterName);

  /** Returns whether the filter is switched off or on here; null when the route does not say. */
  @Nullable Boolean disabled(String filterName);
}
