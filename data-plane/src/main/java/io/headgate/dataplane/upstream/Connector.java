package io.headgate.dataplane.upstream;

import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Arrays;
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
   * @param preface what is sent before all else; null for nothing
   */
  record Options(
      int timeoutMillis,
      UpstreamHttp http,
      int bufferLimit,
      @Nullable H2Meters http2,
      @Nullable ClientTlsSlot tls,
      @Nullable ServerName serverName,
      @Nullable Preface preface) {
    /** Options of clear-text connections. */
    public Options(
        int timeoutMillis, UpstreamHttp http, int bufferLimit, @Nullable H2Meters http2) {
      this(timeoutMillis, http, bufferLimit, http2, null, null, null);
    }

    /** The same for a connection that asks for this server. */
    public Options towards(@Nullable ServerName name) {
      return new Options(timeoutMillis, http, bufferLimit, http2, tls, name, preface);
    }

    /** The same for a connection that begins with these bytes. */
    public Options after(@Nullable Preface bytes) {
      return new Options(timeoutMillis, http, bufferLimit, http2, tls, serverName, bytes);
    }
  }

  /**
   * The server that is asked for by TLS.
   *
   * @param mustMatch whether its certificate must be for the name
   */
  record ServerName(String name, boolean mustMatch) {}

  /** Bytes at the start of a connection, by which a host learns who the client is. */
  final class Preface {
    private final byte[] bytes;

    /** Takes the bytes, which nobody may change afterwards. */
    public Preface(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Preface preface && Arrays.equals(bytes, preface.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** Told that there is no connection. */
  interface Failure {
    /**
     * There is no connection.
     *
     * @param timedOut whether the connect timeout ran out
     * @param reason for people, for example {@code Connection refused}
     */
    void onConnectFailed(boolean timedOut, String reason);
  }

  /** Told how it went; afterwards about the connection's life. */
  interface Result extends Failure, ClientConnection.Listener {
    /** The connection is there. */
    void onConnected(ClientConnection connection);
  }

  /** Begins to connect. */
  void connect(EventLoop loop, InetSocketAddress address, Options options, Result result);
}
