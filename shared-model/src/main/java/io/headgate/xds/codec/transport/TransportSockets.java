package io.headgate.xds.codec.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes and encodes transport sockets: clear text, TLS, and PROXY protocol before either. */
public final class TransportSockets {
  private static final String RAW = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final Map<String, Extension<Down>> DOWNSTREAM = downstreamSockets();
  private static final Map<String, Extension<Up>> INNER = innerSockets();
  private static final Map<String, Extension<Up>> UPSTREAM = upstreamSockets();

  private record Down(@Nullable DownstreamTls tls) {}

  /** A socket towards a host. */
  public record Up(@Nullable UpstreamTls tls, @Nullable UpstreamProxyProtocol proxyProtocol) {
    static final Up CLEAR = new Up(null, null);
  }

  private TransportSockets() {}

  private static Map<String, Extension<Down>> downstreamSockets() {
    Map<String, Extension<Down>> sockets = new HashMap<>();
    sockets.put(RAW, new Extension<>(RawBuffer.getDefaultInstance(), r -> new Down(null)));
    TlsDecoder.DOWNSTREAM.forEach((type, tls) ->
        sockets.put(
            type, new Extension<>(tls.prototype(), r -> new Down(r.built(tls.part().read(r))))));
    return Map.copyOf(sockets);
  }

  private static Map<String, Extension<Up>> innerSockets() {
    Map<String, Extension<Up>> sockets = new HashMap<>();
    sockets.put(RAW, new Extension<>(RawBuffer.getDefaultInstance(), r -> Up.CLEAR));
    TlsDecoder.UPSTREAM.forEach((type, tls) ->
        sockets.put(
            type,
            new Extension<>(tls.prototype(), r -> new Up(r.built(tls.part().read(r)), null))));
    return Map.copyOf(sockets);
  }

  private static Map<String, Extension<Up>> upstreamSockets() {
    Map<String, Extension<Up>> sockets = new HashMap<>(INNER);
    sockets.put(
        "envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
        new Extension<>(
            ProxyProtocolUpstreamTransport.getDefaultInstance(), TransportSockets::proxied));
    return Map.copyOf(sockets);
  }

  /** The TLS of a filter chain; null for clear text. */
  public static @Nullable DownstreamTls downstream(MessageReader chain) {
    Down down =
        chain.message(
            "transport_socket",
            s -> s.need("typed_config", s.extension("typed_config", DOWNSTREAM)));
    return down == null ? null : down.tls;
  }

  /** The socket of a cluster. */
  public static Up upstream(MessageReader cluster) {
    return cluster.message(
        "transport_socket",
        Up.CLEAR,
        s -> s.need("typed_config", s.extension("typed_config", UPSTREAM)));
  }

  private static Up proxied(MessageReader r) {
    UpstreamProxyProtocol standard =
        new UpstreamProxyProtocol(ProxyProtocol.Version.V1, ProxyProtocol.Passed.NONE, List.of());
    UpstreamProxyProtocol config = r.message("config", standard, TransportSockets::config);
    Up inner =
        r.message(
            "transport_socket", s -> s.need("typed_config", s.extension("typed_config", INNER)));
    return new Up(r.need("transport_socket", inner).tls, config);
  }

  private static UpstreamProxyProtocol config(MessageReader r) {
    return new UpstreamProxyProtocol(
        r.built(r.oneOf("version", ProxyProtocolCodec.VERSIONS)),
        r.message("pass_through_tlvs", ProxyProtocol.Passed.NONE, ProxyProtocolCodec::passed),
        r.list("added_tlvs", TransportSockets::tlv));
  }

  private static UpstreamProxyProtocol.Tlv tlv(MessageReader r) {
    return new UpstreamProxyProtocol.Tlv(r.small("type"), r.bytes("value").toByteArray());
  }

  // ---- encoding

  public static TransportSocket encode(DownstreamTls tls) {
    return socket("envoy.transport_sockets.tls", TlsEncoder.encode(tls));
  }

  /** Returns null for clear text, which needs no socket. */
  public static @Nullable TransportSocket encode(
      @Nullable UpstreamTls tls, @Nullable UpstreamProxyProtocol proxyProtocol) {
    TransportSocket secured =
        tls == null ? null : socket("envoy.transport_sockets.tls", TlsEncoder.encode(tls));
    if (proxyProtocol == null) {
      return secured;
    }
    ProxyProtocolUpstreamTransport.Builder builder =
        ProxyProtocolUpstreamTransport.newBuilder()
            .setTransportSocket(
                secured == null
                    ? socket("envoy.transport_sockets.raw_buffer", RawBuffer.getDefaultInstance())
                    : secured);
    builder.getConfigBuilder().setVersion(ProxyProtocolCodec.encode(proxyProtocol.version()));
    if (!proxyProtocol.passed().equals(ProxyProtocol.Passed.NONE)) {
      builder
          .getConfigBuilder()
          .setPassThroughTlvs(ProxyProtocolCodec.encode(proxyProtocol.passed()));
    }
    proxyProtocol
        .added()
        .forEach(tlv ->
            builder
                .getConfigBuilder()
                .addAddedTlvsBuilder()
                .setType(tlv.type())
                .setValue(ByteString.copyFrom(tlv.value())));
    return socket("envoy.transport_sockets.upstream_proxy_protocol", builder.build());
  }

  private static TransportSocket socket(String name, Message config) {
    return TransportSocket.newBuilder().setName(name).setTypedConfig(Wire.pack(config)).build();
  }
}
