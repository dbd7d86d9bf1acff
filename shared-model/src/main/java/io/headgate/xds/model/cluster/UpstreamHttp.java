package io.headgate.xds.model.cluster;

import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP protocol of a cluster's connections.
 *
 * @param http2 null for HTTP/1.1
 * @param lifetimes of connections and streams
 * @param maxRequestsPerConnection 0 for no limit
 * @param maxResponseHeadersCount fields of a response head
 * @param maxResponseHeadersKb size of a response head
 * @param http1 options of HTTP/1; the defaults with HTTP/2
 * @param autoSni what the TLS towards the cluster takes from the request
 */
public record UpstreamHttp(
    @Nullable Http2Options http2,
    Lifetimes lifetimes,
    int maxRequestsPerConnection,
    int maxResponseHeadersCount,
    int maxResponseHeadersKb,
    Http1Options http1,
    AutoSni autoSni) {
  public static final UpstreamHttp DEFAULT =
      new UpstreamHttp(null, Lifetimes.DEFAULT, 0, 100, 60, Http1Options.DEFAULT);

  /**
   * The server name that is asked for by TLS, from the request.
   *
   * @param sni whether the request's host is sent
   * @param sanValidation whether the certificate must be for that host
   * @param header whose value is taken instead of the host; empty for the host
   */
  public record AutoSni(boolean sni, boolean sanValidation, String header) {
    public static final AutoSni OFF = new AutoSni(false, false, "");

    public AutoSni {
      Checks.require(header.isEmpty() || sni, "override_auto_sni_header needs auto_sni");
    }
  }

  /** A protocol whose TLS takes nothing from the request. */
  public UpstreamHttp(
      @Nullable Http2Options http2,
      Lifetimes lifetimes,
      int maxRequestsPerConnection,
      int maxResponseHeadersCount,
      int maxResponseHeadersKb,
      Http1Options http1) {
    this(
        http2,
        lifetimes,
        maxRequestsPerConnection,
        maxResponseHeadersCount,
        maxResponseHeadersKb,
        http1,
        AutoSni.OFF);
  }

  /**
   * How long things may last; zero for ever.
   *
   * @param idle of a connection without streams; 1 h by default
   * @param connection of any connection; then it takes no more streams
   * @param stream of an exchange, from the moment that it has a connection
   */
  public record Lifetimes(Duration idle, Duration connection, Duration stream) {
    public static final Lifetimes DEFAULT =
        new Lifetimes(Duration.ofHours(1), Duration.ZERO, Duration.ZERO);

    public Lifetimes {
      Checks.notNegative(idle, "idle_timeout");
      Checks.notNegative(connection, "max_connection_duration");
      Checks.notNegative(stream, "max_stream_duration");
    }
  }

  public UpstreamHttp {
    Checks.require(
        http2 == null || http1.equals(Http1Options.DEFAULT), "options of HTTP/1 with HTTP/2");
    Checks.atLeast(maxRequestsPerConnection, 0, "max_requests_per_connection");
    Checks.atLeast(maxResponseHeadersCount, 1, "max_headers_count");
    Checks.require(
        maxResponseHeadersKb >= 1 && maxResponseHeadersKb <= 8192,
        "max_response_headers_kb must be within 1..8192");
  }

  /** The same with another idle timeout. */
  public UpstreamHttp withIdleTimeout(Duration idle) {
    return new UpstreamHttp(
        http2,
        new Lifetimes(idle, lifetimes.connection(), lifetimes.stream()),
        maxRequestsPerConnection,
        maxResponseHeadersCount,
        maxResponseHeadersKb,
        http1,
        autoSni);
  }
}
