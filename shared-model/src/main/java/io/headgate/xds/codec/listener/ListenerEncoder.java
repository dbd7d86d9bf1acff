package io.headgate.xds.codec.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.headgate.xds.codec.filter.LimitsDecoder;
import io.headgate.xds.codec.http.HttpConnectionManagerEncoder;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.codec.transport.ProxyProtocolCodec;
import io.headgate.xds.codec.transport.TransportSockets;
import io.headgate.xds.model.ConnectionLimit;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.NetworkFilter;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.value.ListenAddress;

/** Encodes listeners. */
public final class ListenerEncoder {
  private ListenerEncoder() {}

  public static Listener encode(io.headgate.xds.model.Listener listener) {
    ListenerOptions options = listener.options();
    Listener.Builder builder =
        Listener.newBuilder()
            .setName(listener.name())
            .setAddress(ListenAddressCodec.encode(listener.address()))
            .setPerConnectionBufferLimitBytes(
                Protos.uint32(options.perConnectionBufferLimitBytes()))
            .setEnableReusePort(Protos.bool(options.reusePort()))
            .setStatPrefix(options.statPrefix());
    if (options.tcpBacklogSize() > 0) {
      builder.setTcpBacklogSize(Protos.uint32(options.tcpBacklogSize()));
    }
    for (ListenAddress address : options.additionalAddresses()) {
      builder.addAdditionalAddressesBuilder().setAddress(ListenAddressCodec.encode(address));
    }
    AcceptRules accept = options.accept();
    if (accept.proxyProtocol() != null) {
      builder.addListenerFilters(
          ListenerFilter.newBuilder()
              .setName("envoy.filters.listener.proxy_protocol")
              .setTypedConfig(Wire.pack(ProxyProtocolCodec.encode(accept.proxyProtocol()))));
    }
    if (options.tlsInspector()) {
      builder.addListenerFilters(
          ListenerFilter.newBuilder()
              .setName("envoy.filters.listener.tls_inspector")
              .setTypedConfig(Wire.pack(TlsInspector.getDefaultInstance())));
    }
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
        .setBypassOverloadManager(accept.bypassOverload())
        .setDrainType(
            accept.drainsOnlyWhenModified()
                ? Listener.DrainType.MODIFY_ONLY
                : Listener.DrainType.DEFAULT);
    listener.filterChains().forEach(chain -> builder.addFilterChains(chain(chain)));
    if (listener.defaultFilterChain() != null) {
      builder.setDefaultFilterChain(chain(listener.defaultFilterChain()));
    }
    return builder.build();
  }

  private static FilterChain chain(io.headgate.xds.model.FilterChain chain) {
    FilterChain.Builder builder = FilterChain.newBuilder().setName(chain.name());
    if (!chain.match().equals(io.headgate.xds.model.listener.FilterChainMatch.ANY)) {
      builder.setFilterChainMatch(ChainMatchCodec.encode(chain.match()));
    }
    chain.filters().forEach(filter -> builder.addFilters(filter(filter)));
    if (chain.tls() != null) {
      builder.setTransportSocket(TransportSockets.encode(chain.tls()));
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
          filter("http_connection_manager", HttpConnectionManagerEncoder.encode(hcm));
      case TcpProxy tcp -> filter("tcp_proxy", TcpProxyCodec.encode(tcp));
      case ConnectionLimit limit -> filter("connection_limit", TcpProxyCodec.encode(limit));
    };
  }

  private static Filter filter(String name, Message config) {
    return Filter.newBuilder()
        .setName("envoy.filters.network." + name)
        .setTypedConfig(Wire.pack(config))
        .build();
  }
}
