package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h2.H2ClientConnection;
import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.codec.h2.H2Settings;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/**
 * Makes HTTP/2 connections by prior knowledge, with TLS where the cluster has it.
 *
 * <p>Thread: called on the connection's loop.
 */
public final class H2Connector implements Connector {
  private final ChannelConnector channels;

  /** Takes the transport's channels, for example {@code EpollSocketChannel::new}. */
  public H2Connector(ChannelFactory<? extends Channel> channels) {
    this.channels = new ChannelConnector(channels);
  }

  @Override
  public void connect(EventLoop loop, InetSocketAddress address, Options options, Result result) {
    channels.connect(loop, address, options, result, channel -> open(channel, options, result));
  }

  private static void open(Channel channel, Options options, Result result) {
    H2ClientConnection connection = new H2ClientConnection(settings(options), result);
    channel.pipeline().addLast(connection);
    if (!channel.isActive()) {
      // Closed between the connect and now; the codec will not hear of it.
      result.onConnectFailed(false, "Connection reset by peer");
      return;
    }
    result.onConnected(connection);
  }

  private static H2Settings settings(Options options) {
    UpstreamHttp http = options.http();
    Http2Options http2 = http.http2();
    H2Meters meters = options.http2();
    if (http2 == null || meters == null) {
      throw new IllegalArgumentException("no HTTP/2 cluster");
    }
    return new H2Settings(
        http2,
        http.maxResponseHeadersKb() * 1024,
        http.maxResponseHeadersCount(),
        UnderscoreHeaders.ALLOW,
        0,
        options.bufferLimit(),
        meters);
  }
}
