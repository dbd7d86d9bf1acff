package io.headgate.xds.model;

import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket that accepts connections, and the filter chains they can take.
 *
 * @param defaultFilterChain taken when no chain matches; without it such a connection is closed
 */
public record Listener(
    String name,
    Address address,
    List<FilterChain> filterChains,
    @Nullable FilterChain defaultFilterChain,
    ListenerOptions options)
    implements Resource {
  public Listener {
    Checks.notEmpty(name, "name");
    filterChains = List.copyOf(filterChains);
    Checks.require(
        !filterChains.isEmpty() || defaultFilterChain != null,
        "a listener needs a filter chain or a default filter chain");
  }
}
