package io.headgate.dataplane.listener;

import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.value.CidrRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the filter chain of a connection. Each criterion in Envoy's order keeps the chains that
 * match it best; a chain that says nothing on a criterion matches it least.
 *
 * <p><b>Thread:</b> any.
 */
final class ChainMatcher {
  private static final int NO = -1;

  private ChainMatcher() {}

  /**
   * What is known of a connection.
   *
   * @param serverName from the ClientHello, lower-case
   */
  record Facts(
      InetSocketAddress local,
      InetSocketAddress remote,
      boolean secure,
      @Nullable String serverName,
      List<String> alpn) {}

  /** Returns the chain, the default chain, or null when the connection must be closed. */
  static @Nullable LiveChain find(PreparedListener listener, Facts facts) {
    List<LiveChain> left = new ArrayList<>(listener.chains);
    left = best(left, m -> port(m, facts));
    left = best(left, m -> range(m.prefixRanges(), facts.local().getAddress()));
    left = best(left, m -> serverName(m, facts.serverName()));
    left = best(left, m -> transport(m, facts.secure()));
    left = best(left, m -> alpn(m, facts.alpn()));
    left = best(left, m -> range(m.sourcePrefixRanges(), facts.remote().getAddress()));
    left = best(left, m -> sourcePort(m, facts.remote().getPort()));
    return left.isEmpty() ? listener.defaultChain : left.getFirst();
  }

  private static List<LiveChain> best(
      List<LiveChain> chains, ToIntFunction<FilterChainMatch> criterion) {
    int best = 0;
    List<LiveChain> left = new ArrayList<>(chains.size());
    for (LiveChain chain : chains) {
      int score = criterion.applyAsInt(chain.value.match());
      if (score > best) {
        left.clear();
        best = score;
      }
      if (score == best) {
        left.add(chain);
      }
    }
    return left;
  }

  private static int port(FilterChainMatch match, Facts facts) {
    return match.destinationPort() == 0
        ? 0
        : match.destinationPort() == facts.local().getPort() ? 1 : NO;
  }

  private static int range(List<CidrRange> ranges, InetAddress address) {
    if (ranges.isEmpty()) {
      return 0;
    }
    int best = NO;
    for (CidrRange range : ranges) {
      if (range.contains(address)) {
        best = Math.max(best, 1 + range.prefixLength());
      }
    }
    return best;
  }

  private static int serverName(FilterChainMatch match, @Nullable String serverName) {
    if (match.serverNames().isEmpty()) {
      return 0;
    }
    if (serverName == null) {
      return NO;
    }
    int best = NO;
    for (String pattern : match.serverNames()) {
      String lower = pattern.toLowerCase(Locale.ROOT);
      if (lower.equals(serverName)) {
        return Integer.MAX_VALUE;
      }
      if (lower.startsWith("*.") && serverName.endsWith(lower.substring(1))) {
        best = Math.max(best, lower.length());
      }
    }
    return best;
  }

  private static int transport(FilterChainMatch match, boolean secure) {
    if (match.transportProtocol().isEmpty()) {
      return 0;
    }
    return match.transportProtocol().equals(secure ? "tls" : "raw_buffer") ? 1 : NO;
  }

  private static int alpn(FilterChainMatch match, List<String> offered) {
    if (match.applicationProtocols().isEmpty()) {
      return 0;
    }
    for (String protocol : offered) {
      if (match.applicationProtocols().contains(protocol)) {
        return 1;
      }
    }
    return NO;
  }

  private static int sourcePort(FilterChainMatch match, int port) {
    return match.sourcePorts().isEmpty() ? 0 : match.sourcePorts().contains(port) ? 1 : NO;
  }
}
