package io.headgate.dataplane.listener;

import io.headgate.dataplane.codec.h1.H1ServerConnection;
import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.codec.h2.H2ServerConnection;
import io.headgate.dataplane.codec.h2.H2Settings;
import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.hcm.HcmConnection;
import io.headgate.dataplane.hcm.HcmGeneration;
import io.headgate.dataplane.hcm.HcmSettings;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.xds.model.http.HttpProtocols.Codec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/**
 * Puts codec and connection manager on a connection whose filter chain is known: the codec that is
 * configured, or with {@code AUTO} the one that ALPN or the first bytes ask for.
 *
 * <p><b>Thread:</b> each connection's event loop.
 */
final class HttpOpener {
  private static final String HTTP_2 = "h2";

  private final H2Meters http2;

  /** A chain whose connections carry requests. */
  record HttpChain(LiveChain chain, Current<HcmGeneration> generation) {}

  HttpOpener(H2Meters http2) {
    this.http2 = http2;
  }

  /** Opens HTTP at the end of the channel's pipeline. */
  void open(Channel channel, HttpChain chain, ConnectionInfo info) {
    Codec codec = chain.generation().get().settings().rules().protocols().codec();
    ConnectionInfo.Tls tls = info.tls();
    String alpn = tls == null ? null : tls.alpn();
    switch (codec) {
      case HTTP1 -> openHttp1(channel, chain, info);
      case HTTP2 -> openHttp2(channel, chain, info);
      case AUTO -> {
        if (alpn == null || alpn.isEmpty()) {
          VersionDetector detector = new VersionDetector(this, chain, info);
          add(channel, chain, detector, detector);
        } else if (alpn.equals(HTTP_2)) {
          openHttp2(channel, chain, info);
        } else {
          openHttp1(channel, chain, info);
        }
      }
    }
  }

  void openHttp1(Channel channel, HttpChain chain, ConnectionInfo info) {
    HcmConnection hcm = hcm(chain, info);
    H1ServerConnection codec =
        new H1ServerConnection(chain.generation().get().settings().http1(), info, hcm);
    add(channel, chain, codec, codec);
    hcm.attach(codec);
  }

  void openHttp2(Channel channel, HttpChain chain, ConnectionInfo info) {
    HcmConnection hcm = hcm(chain, info);
    H2ServerConnection codec =
        new H2ServerConnection(settings(chain.generation().get().settings()), info, hcm);
    add(channel, chain, codec, codec);
    hcm.attach(codec);
  }

  private static HcmConnection hcm(HttpChain chain, ConnectionInfo info) {
    return new HcmConnection(
        chain.generation(), info, chain.chain().value.name(), () -> chain.chain().isDraining(info));
  }

  private static void add(
      Channel channel, HttpChain chain, ChannelHandler handler, ServerConnection connection) {
    channel.pipeline().addLast(handler);
    chain.chain().opened(connection);
    channel.closeFuture().addListener(_ -> chain.chain().closed(connection));
  }

  private H2Settings settings(HcmSettings hcm) {
    return new H2Settings(
        hcm.rules().protocols().http2(),
        hcm.http1().maxHeadBytes(),
        hcm.http1().maxFields(),
        hcm.rules().underscoreHeaders(),
        hcm.http1().headNanos(),
        hcm.limits().buffer(),
        http2);
  }
}
