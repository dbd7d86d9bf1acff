package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h1.H1ClientConnection;
import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/**
 * Makes HTTP/1.1 connections, with TLS where the cluster has it.
 *
 * <p>Thread: called on the connection's loop.
 */
public final class H1Connector implements Connector {

  private final ChannelConnector channels;

  /** Takes the transport's channels, for example {@code EpollSocketChannel::new}. */
  public H1Connector(ChannelFactory<? extends Channel> channels) {
    this.channels = new ChannelConnector(channels);
  }

  @Override
  public void connect(EventLoop loop, InetSocketAddress address, Options options, Result result) {
    channels.connect(loop, address, options, result, channel -> open(channel, options, result));
  }

  private static void open(Channel channel, Options options, Result result) {
    H1ClientConnection connection = new H1ClientConnection(settings(options.http()), result);
    channel.pipeline().addLast(connection);
    if (!channel.isActive()) {
      // Closed between the connect and now; the codec will not hear of it.
      result.onConnectFailed(false, "Connection reset by peer");
      return;
    }
    result.onConnected(connection);
  }

  private static H1Settings settings(UpstreamHttp http) {
    return new H1Settings(
        http.maxResponseHeadersKb() * 1024,
        http.maxResponseHeadersCount(),
        H1Settings.Underscores.ALLOW,
        0,
        http.http1());
  }
}
