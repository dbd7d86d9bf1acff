package io.headgate.xds.model;

import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.ListenAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket that accepts connections, and the filter chains they can take.
 *
 * @param defaultFilterChain taken when no chain matches; without it such a connection is closed
 */
public record Listener(
    String name,
    ListenAddress address,
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
    Set<ListenAddress> addresses = new HashSet<>(Set.of(address));
    for (ListenAddress more : options.additionalAddresses()) {
      Checks.require(addresses.add(more), "the address " + more + " is there twice");
    }
  }

  /** All addresses that it listens on, {@link #address} first. */
  public List<ListenAddress> addresses() {
    List<ListenAddress> all = new ArrayList<>();
    all.add(address);
    all.addAll(options.additionalAddresses());
    return all;
  }
}
