package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.CidrRange;
import java.util.List;
import java.util.Set;

/**
 * Which connections take a filter chain; empty parts match everything.
 *
 * <p>Spec: Envoy evaluates destination port, destination address, server name, transport protocol,
 * application protocols, directly connected source address, source type, source address, source
 * port, in this order, most specific first. What a criterion has decided stays decided.
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
    Source source) {
  public static final FilterChainMatch ANY =
      new FilterChainMatch(0, List.of(), List.of(), "", List.of(), Source.ANY);

  /** Where clients are. */
  public enum SourceType {
    ANY,

    /** On this machine: a loopback address, the address that they came to, or a Unix socket. */
    SAME_IP_OR_LOOPBACK,

    /** Not on this machine. */
    EXTERNAL
  }

  /**
   * Who the client is.
   *
   * @param directRanges of the peer's own address, whatever it says of its client
   * @param ranges of the client's address: what PROXY protocol says, else the peer's
   */
  public record Source(
      List<CidrRange> directRanges, SourceType type, List<CidrRange> ranges, Set<Integer> ports) {
    public static final Source ANY = new Source(List.of(), SourceType.ANY, List.of(), Set.of());

    public Source {
      directRanges = List.copyOf(directRanges);
      ranges = List.copyOf(ranges);
      ports = Set.copyOf(ports);
    }
  }

  /** A match that does not look at the peer behind which the client may be. */
  public FilterChainMatch(
      int destinationPort,
      List<CidrRange> prefixRanges,
      List<String> serverNames,
      String transportProtocol,
      List<String> applicationProtocols,
      List<CidrRange> sourcePrefixRanges,
      Set<Integer> sourcePorts) {
    this(
        destinationPort,
        prefixRanges,
        serverNames,
        transportProtocol,
        applicationProtocols,
        new Source(List.of(), SourceType.ANY, sourcePrefixRanges, sourcePorts));
  }

  public FilterChainMatch {
    Checks.port(destinationPort);
    prefixRanges = List.copyOf(prefixRanges);
    serverNames = List.copyOf(serverNames);
    applicationProtocols = List.copyOf(applicationProtocols);
    for (String name : serverNames) {
      Checks.require(
          name.indexOf('*') < 0 || (name.startsWith("*.") && name.indexOf('*', 1) < 0),
          "a wildcard in server_names must be the whole first label: " + name);
    }
  }

  /** Whether the first bytes of a connection must be looked at to tell. */
  public boolean needsFirstBytes() {
    return transportProtocol.equals("tls")
        || (transportProtocol.isEmpty()
            && !(serverNames.isEmpty() && applicationProtocols.isEmpty()));
  }
}
