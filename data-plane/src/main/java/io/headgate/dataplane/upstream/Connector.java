package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to endpoints, with a codec on them.
 *
 * <p>Thread: called on the loop that the connection will live on; the result comes on it too, never
 * inside the call.
 */
public interface Connector {

  /**
   * How to connect.
   *
   * @param timeoutMillis the connect timeout
   * @param http the codec's settings
   * @param bufferLimit soft limit of what a connection buffers, in bytes
   * @param http2 the meters of HTTP/2 connections, null for HTTP/1
   */
  record Options(int timeoutMillis, UpstreamHttp http, int bufferLimit, @Nullable H2Meters http2) {}

  /** Told how it went; afterwards about the connection's life. */
  interface Result extends ClientConnection.Listener {
    /** The connection is there. */
    void onConnected(ClientConnection connection);

    /**
     * There is no connection.
     *
     * @param timedOut whether the connect timeout ran out
     * @param reason for people, for example {@code Connection refused}
     */
    void onConnectFailed(boolean timedOut, String reason);
  }

  /** Begins to connect. */
  void connect(EventLoop loop, InetSocketAddress address, Options options, Result result);
}
