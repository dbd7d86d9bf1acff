package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.CidrRange;
import java.util.List;
import java.util.Set;

/**
 * Which connections take a filter chain; empty parts match everything.
 *
 * <p>Spec: Envoy evaluates destination port, destination address, server name, transport protocol,
 * application protocols, source address, source port, in this order, most specific first.
 *
 * @param destinationPort 0 for any
 * @param transportProtocol "" for any, else "raw_buffer" or "tls"
 */
public record FilterChainMatch(
    int destinationPort,
    List<CidrRange> prefixRanges,
    List<String> serverNames,
    String transportProtocol,
    List<String> applicationProtocols,
    List<CidrRange> sourcePrefixRanges,
    Set<Integer> sourcePorts) {
  public static final FilterChainMatch ANY =
      new FilterChainMatch(0, List.of(), List.of(), "", List.of(), List.of(), Set.of());

  public FilterChainMatch {
    Checks.port(destinationPort);
    prefixRanges = List.copyOf(prefixRanges);
    serverNames = List.copyOf(serverNames);
    applicationProtocols = List.copyOf(applicationProtocols);
    sourcePrefixRanges = List.copyOf(sourcePrefixRanges);
    sourcePorts = Set.copyOf(sourcePorts);
    for (String name : serverNames) {
      Checks.require(
          name.indexOf('*') < 0 || (name.startsWith("*.") && name.indexOf('*', 1) < 0),
          "a wildcard in server_names must be the whole first label: " + name);
    }
  }
}
