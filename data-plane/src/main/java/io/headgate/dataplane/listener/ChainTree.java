package io.headgate.dataplane.listener;

import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.FilterChainMatch.SourceType;
import io.headgate.xds.model.value.CidrRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Filter chains as a tree with one level for each criterion, in Envoy's order of precedence. Each
 * level takes the branch that fits best; there is no way back from it, so a chain that is less
 * specific in an early criterion is not found when a more specific one fails in a later one.
 *
 * <p>Immutable. <b>Thread:</b> any.
 *
 * @param <T> a chain
 */
final class ChainTree<T> {
  private final Node<T> root;

  /**
   * What is known of a connection.
   *
   * @param local where the client went to
   * @param remote the client
   * @param direct the peer, which may speak for the client
   * @param serverName from the ClientHello, lower-case
   * @param alpn from the ClientHello, in the client's order
   */
  record Facts(
      SocketAddress local,
      SocketAddress remote,
      SocketAddress direct,
      boolean secure,
      @Nullable String serverName,
      List<String> alpn) {}

  /** A chain with its match. */
  private record Leaf<T>(T chain, FilterChainMatch match) {}

  /** What is left to decide. */
  private interface Node<T> {
    @Nullable T find(Facts facts);
  }

  /** Makes what decides the rest among some of the chains. */
  private interface Rest<T> {
    Node<T> of(List<Leaf<T>> chains);
  }

  ChainTree(List<T> chains, Function<T, FilterChainMatch> match) {
    root = ports(chains.stream().map(chain -> new Leaf<>(chain, match.apply(chain))).toList());
  }

  /** Returns the chain, null when none fits. */
  @Nullable T find(Facts facts) {
    return root.find(facts);
  }

  private static @Nullable InetAddress ip(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /** Groups chains by each of their values; by null those that have none, which match all. */
  private static <T, K> Map<@Nullable K, Node<T>> branches(
      List<Leaf<T>> chains, Function<FilterChainMatch, Collection<K>> values, Rest<T> rest) {
    Map<@Nullable K, List<Leaf<T>>> groups = new LinkedHashMap<>();
    for (Leaf<T> leaf : chains) {
      Collection<K> own = values.apply(leaf.match);
      if (own.isEmpty()) {
        groups.computeIfAbsent(null, _ -> new ArrayList<>()).add(leaf);
      }
      for (K value : own) {
        List<Leaf<T>> group = groups.computeIfAbsent(value, _ -> new ArrayList<>());
        if (!group.contains(leaf)) {
          group.add(leaf);
        }
      }
    }
    Map<@Nullable K, Node<T>> nodes = new HashMap<>();
    groups.forEach((value, group) -> nodes.put(value, rest.of(group)));
    return nodes;
  }

  private static <T> @Nullable T find(@Nullable Node<T> node, Facts facts) {
    return node == null ? null : node.find(facts);
  }

  private static <T> Node<T> ports(List<Leaf<T>> chains) {
    Map<@Nullable Integer, Node<T>> byPort =
        branches(
            chains,
            m -> m.destinationPort() == 0 ? List.of() : List.of(m.destinationPort()),
            ChainTree::destinations);
    return facts -> {
      Integer port = facts.local instanceof InetSocketAddress inet ? inet.getPort() : null;
      Node<T> exact = byPort.get(port);
      return find(exact == null ? byPort.get(null) : exact, facts);
    };
  }

  private static <T> Node<T> destinations(List<Leaf<T>> chains) {
    return ranges(chains, FilterChainMatch::prefixRanges, Facts::local, ChainTree::serverNames);
  }

  private static <T> Node<T> serverNames(List<Leaf<T>> chains) {
    Map<@Nullable String, Node<T>> byName =
        branches(
            chains,
            m -> m.serverNames().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(),
            ChainTree::transports);
    return facts -> find(named(byName, facts.serverName), facts);
  }

  /** The name itself, then the wildcards from the longest on, then the chains without names. */
  private static <T> @Nullable Node<T> named(
      Map<@Nullable String, Node<T>> byName, @Nullable String serverName) {
    if (serverName != null && !serverName.isEmpty()) {
      Node<T> found = byName.get(serverName);
      int dot = serverName.indexOf('.');
      while (found == null && dot >= 0) {
        found = byName.get("*" + serverName.substring(dot));
        dot = serverName.indexOf('.', dot + 1);
      }
      if (found != null) {
        return found;
      }
    }
    return byName.get(null);
  }

  private static <T> Node<T> transports(List<Leaf<T>> chains) {
    Map<@Nullable String, Node<T>> byTransport =
        branches(
            chains,
            m -> m.transportProtocol().isEmpty() ? List.of() : List.of(m.transportProtocol()),
            ChainTree::applications);
    return facts -> {
      Node<T> exact = byTransport.get(facts.secure ? "tls" : "raw_buffer");
      return find(exact == null ? byTransport.get(null) : exact, facts);
    };
  }

  private static <T> Node<T> applications(List<Leaf<T>> chains) {
    Map<@Nullable String, Node<T>> byProtocol =
        branches(chains, FilterChainMatch::applicationProtocols, ChainTree::peers);
    return facts -> {
      for (String offered : facts.alpn) {
        Node<T> exact = byProtocol.get(offered);
        if (exact != null) {
          return exact.find(facts);
        }
      }
      return find(byProtocol.get(null), facts);
    };
  }

  private static <T> Node<T> peers(List<Leaf<T>> chains) {
    return ranges(chains, m -> m.source().directRanges(), Facts::direct, ChainTree::sourceTypes);
  }

  private static <T> Node<T> sourceTypes(List<Leaf<T>> chains) {
    Map<SourceType, Node<T>> byType = new EnumMap<>(SourceType.class);
    for (SourceType type : SourceType.values()) {
      List<Leaf<T>> group =
          chains.stream().filter(leaf -> leaf.match.source().type() == type).toList();
      if (!group.isEmpty()) {
        byType.put(type, sources(group));
      }
    }
    return facts -> {
      Node<T> exact =
          byType.get(isLocal(facts) ? SourceType.SAME_IP_OR_LOOPBACK : SourceType.EXTERNAL);
      return find(exact == null ? byType.get(SourceType.ANY) : exact, facts);
    };
  }

  private static boolean isLocal(Facts facts) {
    InetAddress client = ip(facts.remote);
    return client == null || client.isLoopbackAddress() || client.equals(ip(facts.local));
  }

  private static <T> Node<T> sources(List<Leaf<T>> chains) {
    return ranges(chains, m -> m.source().ranges(), Facts::remote, ChainTree::sourcePorts);
  }

  private static <T> Node<T> sourcePorts(List<Leaf<T>> chains) {
    Map<@Nullable Integer, Node<T>> byPort =
        branches(chains, m -> m.source().ports(), ChainTree::first);
    return facts -> {
      Integer port = facts.remote instanceof InetSocketAddress inet ? inet.getPort() : null;
      Node<T> exact = byPort.get(port);
      return find(exact == null ? byPort.get(null) : exact, facts);
    };
  }

  private static <T> Node<T> first(List<Leaf<T>> chains) {
    T chain = chains.getFirst().chain;
    return _ -> chain;
  }

  /** A range and what is decided within it. */
  private record Within<T>(byte[] prefix, int bits, Node<T> node) {
    boolean contains(byte[] ip) {
      if (ip.length != prefix.length) {
        return false;
      }
      int whole = bits >> 3;
      int mask = 0xff << (8 - (bits & 7)) & 0xff;
      return Arrays.equals(prefix, 0, whole, ip, 0, whole)
          && (mask == 0 || ((prefix[whole] ^ ip[whole]) & mask) == 0);
    }
  }

  private static <T> Node<T> ranges(
      List<Leaf<T>> chains,
      Function<FilterChainMatch, Collection<CidrRange>> ranges,
      Function<Facts, SocketAddress> address,
      Rest<T> rest) {
    Map<@Nullable CidrRange, Node<T>> byRange =
        branches(chains, m -> ranges.apply(m).stream().map(CidrRange::masked).toList(), rest);
    Node<T> all = byRange.remove(null);
    List<Within<T>> longestFirst = new ArrayList<>();
    byRange.forEach((range, node) -> {
      if (range != null) {
        byte[] prefix = InetAddress.ofLiteral(range.addressPrefix()).getAddress();
        longestFirst.add(
            new Within<>(prefix, Math.min(range.prefixLength(), prefix.length * 8), node));
      }
    });
    longestFirst.sort(Comparator.comparingInt((Within<T> within) -> within.bits).reversed());
    return facts -> {
      InetAddress ip = longestFirst.isEmpty() ? null : ip(address.apply(facts));
      if (ip != null) {
        byte[] bytes = ip.getAddress();
        for (Within<T> within : longestFirst) {
          if (within.contains(bytes)) {
            return within.node.find(facts);
          }
        }
      }
      return find(all, facts);
    };
  }
}
