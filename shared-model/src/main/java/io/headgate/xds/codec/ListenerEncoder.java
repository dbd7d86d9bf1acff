package io.headgate.xds.codec;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.NetworkFilter;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import io.headgate.xds.model.listener.ListenerOptions;

/** Encodes listeners. */
final class ListenerEncoder {
  private ListenerEncoder() {}

  static Listener encode(io.headgate.xds.model.Listener listener) {
    ListenerOptions options = listener.options();
    Listener.Builder builder =
        Listener.newBuilder()
            .setName(listener.name())
            .setAddress(Protos.address(listener.address()))
            .setPerConnectionBufferLimitBytes(
                Protos.uint32(options.perConnectionBufferLimitBytes()))
            .setEnableReusePort(Protos.bool(options.reusePort()))
            .setStatPrefix(options.statPrefix());
    if (options.tcpBacklogSize() > 0) {
      builder.setTcpBacklogSize(Protos.uint32(options.tcpBacklogSize()));
    }
    if (options.tlsInspector()) {
      builder.addListenerFilters(
          ListenerFilter.newBuilder()
              .setName("envoy.filters.listener.tls_inspector")
              .setTypedConfig(Wire.pack(TlsInspector.getDefaultInstance())));
    }
    AcceptRules accept = options.accept();
    if (!accept.clientLimits().equals(ClientLimits.NONE)) {
      builder.addListenerFilters(
          ListenerFilter.newBuilder()
              .setName("headgate.client_limits")
              .setTypedConfig(Wire.pack(LimitsDecoder.encode(accept.clientLimits()))));
    }
    builder
        .setListenerFiltersTimeout(Protos.duration(accept.filtersTimeout()))
        .setContinueOnListenerFiltersTimeout(accept.continueOnTimeout())
        .setIgnoreGlobalConnLimit(accept.ignoreGlobalLimit())
        .setBypassOverloadManager(accept.bypassOverload());
    listener.filterChains().forEach(chain -> builder.addFilterChains(chain(chain)));
    if (listener.defaultFilterChain() != null) {
      builder.setDefaultFilterChain(chain(listener.defaultFilterChain()));
    }
    return builder.build();
  }

  private static FilterChain chain(io.headgate.xds.model.FilterChain chain) {
    FilterChain.Builder builder = FilterChain.newBuilder().setName(chain.name());
    if (!chain.match().equals(io.headgate.xds.model.listener.FilterChainMatch.ANY)) {
      builder.setFilterChainMatch(match(chain.match()));
    }
    chain.filters().forEach(filter -> builder.addFilters(filter(filter)));
    if (chain.tls() != null) {
      builder.setTransportSocket(
          TransportSocket.newBuilder()
              .setName("envoy.transport_sockets.tls")
              .setTypedConfig(Wire.pack(TlsEncoder.encode(chain.tls()))));
    }
    if (!chain.transportSocketConnectTimeout().isZero()) {
      builder.setTransportSocketConnectTimeout(
          Protos.duration(chain.transportSocketConnectTimeout()));
    }
    return builder.build();
  }

  private static Filter filter(NetworkFilter filter) {
    return switch (filter) {
      case HttpConnectionManager hcm ->
          Filter.newBuilder()
              .setName("envoy.filters.network.http_connection_manager")
              .setTypedConfig(Wire.pack(HttpConnectionManagerEncoder.encode(hcm)))
              .build();
    };
  }

  private static FilterChainMatch match(io.headgate.xds.model.listener.FilterChainMatch match) {
    FilterChainMatch.Builder builder =
        FilterChainMatch.newBuilder()
            .addAllServerNames(match.serverNames())
            .setTransportProtocol(match.transportProtocol())
            .addAllApplicationProtocols(match.applicationProtocols())
            .addAllSourcePorts(match.sourcePorts().stream().sorted().toList());
    if (match.destinationPort() > 0) {
      builder.setDestinationPort(Protos.uint32(match.destinationPort()));
    }
    match.prefixRanges().forEach(range -> builder.addPrefixRanges(Protos.cidr(range)));
    match.sourcePrefixRanges().forEach(range -> builder.addSourcePrefixRanges(Protos.cidr(range)));
    return builder.build();
  }
}
