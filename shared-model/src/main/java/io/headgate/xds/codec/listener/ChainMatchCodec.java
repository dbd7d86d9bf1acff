package io.headgate.xds.codec.listener;

import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.FilterChainMatch.Source;
import io.headgate.xds.model.listener.FilterChainMatch.SourceType;
import io.headgate.xds.model.value.CidrRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Decodes and encodes what filter chains match. */
final class ChainMatchCodec {
  private static final Map<String, SourceType> SOURCE_TYPES =
      Map.of(
          "ANY",
          SourceType.ANY,
          "SAME_IP_OR_LOOPBACK",
          SourceType.SAME_IP_OR_LOOPBACK,
          "EXTERNAL",
          SourceType.EXTERNAL);

  private ChainMatchCodec() {}

  static FilterChainMatch decode(MessageReader r) {
    Source source = r.build(() -> source(r));
    return new FilterChainMatch(
        r.wrappedSmall("destination_port", 0),
        r.list("prefix_ranges", Shared::cidr),
        r.strings("server_names"),
        r.string("transport_protocol"),
        r.strings("application_protocols"),
        r.built(source));
  }

  private static Source source(MessageReader r) {
    return new Source(
        r.list("direct_source_prefix_ranges", Shared::cidr),
        r.built(r.oneOf("source_type", SOURCE_TYPES)),
        r.list("source_prefix_ranges", Shared::cidr),
        new LinkedHashSet<>(Shared.ints(r.integers("source_ports"))));
  }

  /** Refuses chains of which nobody could say which one is taken. */
  static void refuseEqual(MessageReader r, List<FilterChain> chains) {
    Map<List<Object>, List<Integer>> alike = new HashMap<>();
    for (int i = 0; i < chains.size(); i++) {
      FilterChainMatch match = chains.get(i).match();
      List<String> names = match.serverNames().isEmpty() ? List.of("") : match.serverNames();
      for (String name : names) {
        List<Object> key =
            List.of(
                match.destinationPort(),
                name.toLowerCase(Locale.ROOT),
                match.transportProtocol(),
                match.source().type());
        List<Integer> others = alike.computeIfAbsent(key, _ -> new ArrayList<>());
        for (int other : others) {
          if (other != i && meet(chains.get(other).match(), match)) {
            r.refuse(
                "filter_chains",
                "chains " + other + " and " + i + " match the same connections",
                "give one of them another filter_chain_match");
            return;
          }
        }
        others.add(i);
      }
    }
  }

  private static boolean meet(FilterChainMatch a, FilterChainMatch b) {
    return meet(texts(a.prefixRanges()), texts(b.prefixRanges()))
        && meet(a.applicationProtocols(), b.applicationProtocols())
        && meet(texts(a.source().directRanges()), texts(b.source().directRanges()))
        && meet(texts(a.source().ranges()), texts(b.source().ranges()))
        && meet(a.source().ports(), b.source().ports());
  }

  private static List<String> texts(List<CidrRange> ranges) {
    return ranges.stream().map(CidrRange::toString).toList();
  }

  /** Empty lists match everything in the same way. */
  private static boolean meet(Collection<?> a, Collection<?> b) {
    boolean oneForAll = a.isEmpty() || b.isEmpty();
    return oneForAll ? a.isEmpty() && b.isEmpty() : a.stream().anyMatch(b::contains);
  }

  static io.envoyproxy.envoy.config.listener.v3.FilterChainMatch encode(FilterChainMatch match) {
    Source source = match.source();
    io.envoyproxy.envoy.config.listener.v3.FilterChainMatch.Builder builder =
        io.envoyproxy.envoy.config.listener.v3.FilterChainMatch.newBuilder()
            .addAllServerNames(match.serverNames())
            .setTransportProtocol(match.transportProtocol())
            .addAllApplicationProtocols(match.applicationProtocols())
            .setSourceType(
                switch (source.type()) {
                  case ANY -> ConnectionSourceType.ANY;
                  case SAME_IP_OR_LOOPBACK -> ConnectionSourceType.SAME_IP_OR_LOOPBACK;
                  case EXTERNAL -> ConnectionSourceType.EXTERNAL;
                })
            .addAllSourcePorts(source.ports().stream().sorted().toList());
    if (match.destinationPort() > 0) {
      builder.setDestinationPort(Protos.uint32(match.destinationPort()));
    }
    match.prefixRanges().forEach(range -> builder.addPrefixRanges(Protos.cidr(range)));
    source.directRanges().forEach(range -> builder.addDirectSourcePrefixRanges(Protos.cidr(range)));
    source.ranges().forEach(range -> builder.addSourcePrefixRanges(Protos.cidr(range)));
    return builder.build();
  }
}
