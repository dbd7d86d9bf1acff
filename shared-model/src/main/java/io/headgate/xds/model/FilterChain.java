package io.headgate.xds.model;

import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the connections that match: TLS termination and network filters.
 *
 * @param tls null for plain text
 * @param transportSocketConnectTimeout bound of the TLS handshake; zero for none
 */
public record FilterChain(
    String name,
    FilterChainMatch match,
    List<NetworkFilter> filters,
    @Nullable DownstreamTls tls,
    Duration transportSocketConnectTimeout) {
  public FilterChain {
    filters = List.copyOf(filters);
    Checks.require(!filters.isEmpty(), "a filter chain needs a network filter");
    for (int i = 0; i < filters.size(); i++) {
      Checks.require(
          filters.get(i) instanceof TerminalFilter == (i == filters.size() - 1),
          "a filter chain must have one terminal network filter, at its end");
    }
    Checks.notNegative(transportSocketConnectTimeout, "transport_socket_connect_timeout");
  }

  /** The chain's terminal filter. */
  public TerminalFilter terminalFilter() {
    if (filters.getLast() instanceof TerminalFilter terminal) {
      return terminal;
    }
    throw new IllegalStateException("checked when it was made");
  }

  /** The bound of the connections that the chain has open; null without one. */
  public @Nullable ConnectionLimit connectionLimit() {
    for (NetworkFilter filter : filters) {
      if (filter instanceof ConnectionLimit limit) {
        return limit;
      }
    }
    return null;
  }

  /**
   * Whether connections of the other chain can go on in this one: what they were matched by, how
   * they are secured and the kinds of their network filters are the same. What the filters are told
   * may differ.
   */
  public boolean carriesOn(FilterChain before) {
    return match.equals(before.match)
        && Objects.equals(tls, before.tls)
        && types(filters).equals(types(before.filters));
  }

  private static List<Class<?>> types(List<NetworkFilter> filters) {
    List<Class<?>> types = new ArrayList<>();
    filters.forEach(filter -> types.add(filter.getClass()));
    return types;
  }
}
