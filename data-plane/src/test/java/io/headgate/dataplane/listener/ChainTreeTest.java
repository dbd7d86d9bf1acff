package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.FilterChainMatch.Source;
import io.headgate.xds.model.listener.FilterChainMatch.SourceType;
import io.headgate.xds.model.value.CidrRange;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tree of chains against a matcher that tries every chain on every criterion. */
class ChainTreeTest {
  private static final List<String> NAMES =
      List.of("a.test", "*.test", "b.a.test", "*.a.test", "c.b.a.test", "test", "A.test");
  private static final List<String> IPS =
      List.of("127.0.0.1", "10.0.0.1", "10.0.0.2", "10.1.0.1", "192.0.2.7", "::1", "2001:db8::1");
  private static final List<CidrRange> RANGES =
      List.of(
          new CidrRange("10.0.0.0", 8),
          new CidrRange("10.0.0.0", 16),
          new CidrRange("10.0.0.9", 24),
          new CidrRange("10.0.0.1", 32),
          new CidrRange("127.0.0.0", 8),
          new CidrRange("2001:db8::", 32),
          new CidrRange("2001:db8::1", 127),
          new CidrRange("::", 0));
  private static final List<String> PROTOCOLS = List.of("h2", "http/1.1", "acme");
  private static final List<String> TRANSPORTS = List.of("", "tls", "raw_buffer");

  private static final class Draws {
    final Random random;

    Draws(long seed) {
      random = new Random(seed);
    }

    <V> V one(List<V> values) {
      return values.get(random.nextInt(values.size()));
    }

    <V> List<V> some(List<V> values) {
      List<V> drawn = new ArrayList<>();
      for (int i = Math.max(0, random.nextInt(5) - 2); i > 0; i--) {
        drawn.add(one(values));
      }
      return drawn;
    }

    FilterChainMatch match() {
      return new FilterChainMatch(
          one(List.of(0, 0, 80, 443)),
          some(RANGES),
          some(NAMES),
          one(TRANSPORTS),
          some(PROTOCOLS),
          new Source(
              some(RANGES),
              one(List.of(SourceType.values())),
              some(RANGES),
              new HashSet<>(some(List.of(1000, 2000)))));
    }

    SocketAddress address(List<Integer> ports) {
      return random.nextInt(12) == 0
          ? new DomainSocketAddress("/run/x")
          : new InetSocketAddress(InetAddress.ofLiteral(one(IPS)), one(ports));
    }

    ChainTree.Facts facts() {
      String name = one(List.of("", "a.test", "b.a.test", "x.b.a.test", "c.test", "test", "other"));
      return new ChainTree.Facts(
          address(List.of(80, 443, 8080)),
          address(List.of(1000, 2000, 3000)),
          address(List.of(1)),
          random.nextBoolean(),
          name.isEmpty() ? null : name,
          some(PROTOCOLS));
    }
  }

  @Property(tries = 3000)
  void takesWhatTheNaiveMatcherTakes(@ForAll long seed) {
    Draws draws = new Draws(seed);
    List<FilterChainMatch> chains = new ArrayList<>();
    for (int i = draws.random.nextInt(1, 12); i > 0; i--) {
      chains.add(draws.match());
    }
    ChainTree<FilterChainMatch> tree = new ChainTree<>(chains, chain -> chain);
    for (int i = 0; i < 20; i++) {
      ChainTree.Facts facts = draws.facts();
      assertThat(tree.find(facts)).as("%s among %s", facts, chains).isSameAs(naive(chains, facts));
    }
  }

  /** Each criterion in turn keeps the chains that match best in it. */
  private static @Nullable FilterChainMatch naive(
      List<FilterChainMatch> chains, ChainTree.Facts facts) {
    List<FilterChainMatch> left = chains;
    left = best(left, m -> number(m.destinationPort(), facts.local()));
    left = best(left, m -> range(m.prefixRanges(), facts.local()));
    left = best(left, m -> name(m.serverNames(), facts.serverName()));
    left = best(left, m -> transport(m.transportProtocol(), facts.secure()));
    left = best(left, m -> protocol(m.applicationProtocols(), facts.alpn()));
    left = best(left, m -> range(m.source().directRanges(), facts.direct()));
    left = best(left, m -> type(m.source().type(), facts));
    left = best(left, m -> range(m.source().ranges(), facts.remote()));
    left = best(left, m -> port(m.source().ports(), facts.remote()));
    return left.isEmpty() ? null : left.getFirst();
  }

  private static List<FilterChainMatch> best(
      List<FilterChainMatch> chains, ToIntFunction<FilterChainMatch> score) {
    int best = chains.stream().mapToInt(score).max().orElse(-1);
    return best < 0
        ? List.of()
        : chains.stream().filter(chain -> score.applyAsInt(chain) == best).toList();
  }

  private static int number(int wanted, SocketAddress address) {
    return wanted == 0 ? 0 : port(Set.of(wanted), address);
  }

  private static int port(Set<Integer> ports, SocketAddress address) {
    return ports.isEmpty()
        ? 0
        : address instanceof InetSocketAddress ip && ports.contains(ip.getPort()) ? 1 : -1;
  }

  private static int range(List<CidrRange> ranges, SocketAddress address) {
    return ranges.isEmpty()
        ? 0
        : ranges.stream()
            .filter(
                range -> address instanceof InetSocketAddress ip && range.contains(ip.getAddress()))
            .mapToInt(range -> 1 + range.prefixLength())
            .max()
            .orElse(-1);
  }

  private static int name(List<String> names, @Nullable String serverName) {
    if (names.isEmpty()) {
      return 0;
    }
    Function<String, Integer> score =
        name ->
            serverName == null
                ? -1
                : name.equalsIgnoreCase(serverName)
                    ? 1000
                    : name.startsWith("*.") && serverName.endsWith(name.substring(1))
                        ? name.length()
                        : -1;
    return names.stream().mapToInt(score::apply).max().orElse(-1);
  }

  private static int transport(String transport, boolean secure) {
    return transport.isEmpty() ? 0 : transport.equals(secure ? "tls" : "raw_buffer") ? 1 : -1;
  }

  private static int protocol(List<String> taken, List<String> offered) {
    if (taken.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < offered.size(); i++) {
      if (taken.contains(offered.get(i))) {
        return 100 - i;
      }
    }
    return -1;
  }

  private static int type(SourceType type, ChainTree.Facts facts) {
    boolean local =
        !(facts.remote() instanceof InetSocketAddress ip)
            || ip.getAddress().isLoopbackAddress()
            || (facts.local() instanceof InetSocketAddress own
                && own.getAddress().equals(ip.getAddress()));
    return switch (type) {
      case ANY -> 0;
      case SAME_IP_OR_LOOPBACK -> local ? 1 : -1;
      case EXTERNAL -> local ? -1 : 1;
    };
  }

  @Test
  void thereIsNoWayBackFromACriterion() {
    FilterChainMatch port =
        new FilterChainMatch(80, List.of(), List.of("a.test"), "", List.of(), List.of(), Set.of());
    ChainTree<String> tree =
        new ChainTree<>(
            List.of("port", "any"), chain -> chain.equals("any") ? FilterChainMatch.ANY : port);
    SocketAddress on80 = new InetSocketAddress("10.0.0.1", 80);
    SocketAddress on81 = new InetSocketAddress("10.0.0.1", 81);
    SocketAddress client = new InetSocketAddress("10.0.0.2", 1);
    assertThat(tree.find(new ChainTree.Facts(on80, client, client, true, "a.test", List.of())))
        .isEqualTo("port");
    assertThat(tree.find(new ChainTree.Facts(on80, client, client, true, "b.test", List.of())))
        .as("the chain for every port is not asked")
        .isNull();
    assertThat(tree.find(new ChainTree.Facts(on81, client, client, true, "b.test", List.of())))
        .isEqualTo("any");
  }
}
