package io.headgate.xds.model;

import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.List;
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
    Checks.require(
        filters.size() == 1, "a filter chain must have exactly one (terminal) network filter");
    Checks.notNegative(transportSocketConnectTimeout, "transport_socket_connect_timeout");
  }

  /** The chain's terminal filter. */
  public NetworkFilter terminalFilter() {
    return filters.getFirst();
  }
}
