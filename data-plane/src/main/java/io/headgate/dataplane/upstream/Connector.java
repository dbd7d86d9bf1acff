package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.tls.ClientTlsSlot;
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
   * @param tls null for clear text
   * @param serverName null for none
   */
  record Options(
      int timeoutMillis,
      UpstreamHttp http,
      int bufferLimit,
      @Nullable H2Meters http2,
      @Nullable ClientTlsSlot tls,
      @Nullable ServerName serverName) {
    /** Options of clear-text connections. */
    public Options(
        int timeoutMillis, UpstreamHttp http, int bufferLimit, @Nullable H2Meters http2) {
      this(timeoutMillis, http, bufferLimit, http2, null, null);
    }

    /** The same for a connection that asks for this server. */
    public Options towards(@Nullable ServerName name) {
      return new Options(timeoutMillis, http, bufferLimit, http2, tls, name);
    }
  }

  /**
   * The server that is asked for by TLS.
   *
   * @param mustMatch whether its certificate must be for the name
   */
  record ServerName(String name, boolean mustMatch) {}

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
