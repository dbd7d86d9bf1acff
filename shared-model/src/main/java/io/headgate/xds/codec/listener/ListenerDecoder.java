package io.headgate.xds.codec.listener;

import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.filter.LimitsDecoder;
import io.headgate.xds.codec.http.HttpConnectionManagerDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.transport.ProxyProtocolCodec;
import io.headgate.xds.codec.transport.TransportSockets;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.NetworkFilter;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.value.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decodes listeners and their filter chains. */
public final class ListenerDecoder {
  private static final Map<String, Extension<NetworkFilter>> NETWORK_FILTERS =
      Map.of(
          "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
          new Extension<>(
              HttpConnectionManager.getDefaultInstance(), HttpConnectionManagerDecoder::decode),
          "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
          new Extension<>(TcpProxy.getDefaultInstance(), TcpProxyCodec::decode),
          "envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit",
          new Extension<>(ConnectionLimit.getDefaultInstance(), TcpProxyCodec::limit));
  private static final Map<String, Extension<ListenerFilter>> LISTENER_FILTERS =
      Map.of(
          "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
          new Extension<>(TlsInspector.getDefaultInstance(), ListenerDecoder::tlsInspector),
          "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol",
          new Extension<>(
              ProxyProtocol.getDefaultInstance(),
              r -> new ListenerFilter.Proxied(ProxyProtocolCodec.decode(r))),
          LimitsDecoder.CLIENT_LIMITS,
          new Extension<>(
              io.headgate.proto.extensions.v1.ClientLimits.getDefaultInstance(),
              r -> new ListenerFilter.Limits(LimitsDecoder.client(r))));

  /** What a listener filter comes to. */
  private sealed interface ListenerFilter {
    record Inspector() implements ListenerFilter {}

    record Proxied(io.headgate.xds.model.listener.ProxyProtocol rules) implements ListenerFilter {}

    record Limits(ClientLimits limits) implements ListenerFilter {}
  }

  private ListenerDecoder() {}

  public static Listener decode(MessageReader r) {
    String name = r.string("name");
    ListenAddress address = r.message("address", ListenAddressCodec::decode);
    List<FilterChain> chains = r.list("filter_chains", ListenerDecoder::chain);
    FilterChain fallback = r.message("default_filter_chain", ListenerDecoder::chain);
    List<ListenerFilter> listenerFilters =
        r.list(
            "listener_filters",
            f -> f.need("typed_config", f.extension("typed_config", LISTENER_FILTERS)));
    ListenerOptions options = r.build(() -> options(r, listenerFilters));
    r.onlyBool("bind_to_port", true);
    r.onlyBool("use_original_dst", false);
    r.onlyBool("transparent", false);
    r.onlyBool("freebind", false);
    ChainMatchCodec.refuseEqual(r, chains);
    ListenAddress needed = r.need("address", address);
    return new Listener(
        name.isEmpty() ? needed.toString() : name, needed, chains, fallback, r.built(options));
  }

  /** Type URLs of all extensions that a listener may hold: what a client says that it has. */
  public static Set<String> extensionTypeUrls() {
    return Stream.concat(
            FilterConfigs.filterTypeUrls().stream(),
            LISTENER_FILTERS.keySet().stream().map(TypeUrls::of))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ListenerFilter tlsInspector(MessageReader r) {
    r.onlyBool("enable_ja3_fingerprinting", false);
    return new ListenerFilter.Inspector();
  }

  private static ListenerOptions options(MessageReader r, List<ListenerFilter> filters) {
    boolean legacyReusePort = r.bool("reuse_port");
    boolean tlsInspector = false;
    ClientLimits limits = ClientLimits.NONE;
    io.headgate.xds.model.listener.ProxyProtocol proxied = null;
    for (ListenerFilter filter : filters) {
      switch (filter) {
        case ListenerFilter.Inspector _ -> tlsInspector = true;
        case ListenerFilter.Proxied(io.headgate.xds.model.listener.ProxyProtocol rules) -> {
          if (tlsInspector) {
            r.refuse(
                "listener_filters",
                "the PROXY header comes before the ClientHello",
                "put the proxy_protocol filter before the tls_inspector");
          }
          proxied = rules;
        }
        case ListenerFilter.Limits(ClientLimits found) -> limits = found;
      }
    }
    AcceptRules accept =
        new AcceptRules(
            r.duration("listener_filters_timeout", AcceptRules.DEFAULT.filtersTimeout()),
            r.bool("continue_on_listener_filters_timeout"),
            r.bool("ignore_global_conn_limit"),
            r.bool("bypass_overload_manager"),
            limits,
            proxied,
            r.enumName("drain_type").equals("MODIFY_ONLY"));
    return new ListenerOptions(
        r.wrappedSmall(
            "per_connection_buffer_limit_bytes", ListenerOptions.DEFAULT_BUFFER_LIMIT_BYTES),
        r.wrappedBool("enable_reuse_port", true) || legacyReusePort,
        r.wrappedSmall("tcp_backlog_size", 0),
        tlsInspector,
        r.string("stat_prefix"),
        accept,
        r.list(
            "additional_addresses",
            a -> a.need("address", a.message("address", ListenAddressCodec::decode))));
  }

  private static FilterChain chain(MessageReader r) {
    String name = r.string("name");
    FilterChainMatch match =
        r.message("filter_chain_match", FilterChainMatch.ANY, ChainMatchCodec::decode);
    List<NetworkFilter> filters =
        r.list(
            "filters", f -> f.need("typed_config", f.extension("typed_config", NETWORK_FILTERS)));
    DownstreamTls tls = TransportSockets.downstream(r);
    Duration connectTimeout = r.duration("transport_socket_connect_timeout", Duration.ZERO);
    r.onlyBool("use_proxy_proto", false);
    return new FilterChain(name, match, filters, tls, connectTimeout);
  }
}
