package io.headgate.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a policy for clients sets; null and {@code NONE} parts are not set. */
public record ClientSettings(
    Timeouts timeouts,
    Connections connections,
    RequestLimits limits,
    Protocols protocols,
    HeaderRules headers,
    Addresses addresses,
    ClientTelemetry telemetry) {
  public static final ClientSettings NONE =
      new ClientSettings(
          Timeouts.NONE,
          Connections.NONE,
          RequestLimits.NONE,
          Protocols.NONE,
          HeaderRules.NONE,
          Addresses.NONE,
          ClientTelemetry.NONE);

  /**
   * Null means not set; zero turns a timeout off.
   *
   * @param requestHeaders the request head must have arrived
   * @param request the whole request must have arrived
   * @param idle a connection without streams is closed
   * @param streamIdle a stream or tunnel without a byte either way is closed
   * @param maxStream the longest life of a stream
   * @param drain from the announcement that a connection closes to its close
   * @param tlsHandshake the TLS handshake must be complete
   */
  public record Timeouts(
      @Nullable Duration requestHeaders,
      @Nullable Duration request,
      @Nullable Duration idle,
      @Nullable Duration streamIdle,
      @Nullable Duration maxStream,
      @Nullable Duration drain,
      @Nullable Duration tlsHandshake) {
    public static final Timeouts NONE = new Timeouts(null, null, null, null, null, null, null);
  }

  /**
   * What a connection may be and hold.
   *
   * @param maxAge then it drains
   * @param safeMaxAge whether HTTP/1 connections drain behind their next answer only
   * @param maxRequests then it closes
   * @param maxPerClient open connections of one client address
   * @param requestRate of one connection
   * @param bufferBytes that it may buffer
   * @param proxyProtocol how it begins; null for without a header
   */
  public record Connections(
      @Nullable Duration maxAge,
      @Nullable Boolean safeMaxAge,
      @Nullable Integer maxRequests,
      @Nullable Integer maxPerClient,
      @Nullable RequestRate requestRate,
      @Nullable Integer bufferBytes,
      @Nullable ProxyProtocol proxyProtocol) {
    public static final Connections NONE =
        new Connections(null, null, null, null, null, null, null);
  }

  /**
   * A token bucket, full at the start.
   *
   * @param burst requests at once
   * @param drainAfter refused requests in a row after which the connection closes; 0 for never
   */
  public record RequestRate(int requests, Duration interval, int burst, int drainAfter) {}

  /**
   * How large requests may be.
   *
   * @param headerKib of the request line and header fields
   * @param urlBytes path and query
   * @param bodyBytes of a body that streams
   */
  public record RequestLimits(
      @Nullable Integer headerKib,
      @Nullable Integer headerCount,
      @Nullable Integer urlBytes,
      List<UrlException> urlExceptions,
      @Nullable Long bodyBytes,
      List<RouteBody> routeBodies) {
    public static final RequestLimits NONE =
        new RequestLimits(null, null, null, List.of(), null, List.of());

    public RequestLimits {
      urlExceptions = List.copyOf(urlExceptions);
      routeBodies = List.copyOf(routeBodies);
    }
  }

  /**
   * A longer URL for the requests of a route.
   *
   * @param route an HTTPRoute or one of its rules
   * @param owner who answers for it
   * @param expires when it ends
   */
  public record UrlException(TargetRef route, int maxBytes, String owner, Instant expires) {}

  /** A limit of the bodies of a route's requests. */
  public record RouteBody(TargetRef route, long maxBytes) {}

  /**
   * How HTTP is spoken.
   *
   * @param upgrades what requests may change the protocol to, and whether; null when not set
   */
  public record Protocols(
      @Nullable Http1Settings http1,
      @Nullable Http2Settings http2,
      @Nullable Map<String, Boolean> upgrades) {
    public static final Protocols NONE = new Protocols(null, null, null);

    public Protocols {
      upgrades = upgrades == null ? null : Collections.unmodifiableMap(new TreeMap<>(upgrades));
    }
  }

  /** What is done with the headers and the path of requests. */
  public record HeaderRules(
      @Nullable Underscores underscores,
      @Nullable RequestId requestId,
      @Nullable Boolean requestIdInResponse,
      @Nullable Boolean envoyHeaders,
      @Nullable String via,
      @Nullable ServerHeader server,
      PathRules path) {
    public static final HeaderRules NONE =
        new HeaderRules(null, null, null, null, null, null, PathRules.NONE);
  }

  /** What is done with header names that contain an underscore. */
  public enum Underscores {
    REJECT_REQUEST,
    ALLOW,
    DROP_HEADER
  }

  /** Where x-request-id comes from. */
  public enum RequestId {
    GENERATE,
    PRESERVE_OR_GENERATE,
    PRESERVE,
    DISABLE
  }

  /** The server header of answers. */
  public record ServerHeader(@Nullable String name, ServerAction action) {}

  /** When the server header is set. */
  public enum ServerAction {
    OVERWRITE,
    APPEND_IF_ABSENT,
    PASS_THROUGH
  }

  /** How path and host are brought into one form. */
  public record PathRules(
      @Nullable EscapedSlashes escapedSlashes,
      @Nullable Boolean mergeSlashes,
      @Nullable Boolean normalize,
      @Nullable StripPort stripPort,
      @Nullable Boolean stripTrailingDot) {
    public static final PathRules NONE = new PathRules(null, null, null, null, null);
  }

  /** What is done with %2F and %5C in a path. */
  public enum EscapedSlashes {
    UNESCAPE_AND_REDIRECT,
    KEEP_UNCHANGED,
    REJECT_REQUEST,
    UNESCAPE_AND_FORWARD
  }

  /** Which port is taken off a request's host. */
  public enum StripPort {
    NEVER,
    /** That of the listener. */
    MATCHING,
    ALWAYS
  }

  /**
   * How the client's address is found.
   *
   * @param trustedHops proxies in front of this one that may be believed
   * @param skipAppend whether x-forwarded-for passes unchanged
   * @param internal ranges in CIDR notation whose requests are internal ones
   */
  public record Addresses(
      @Nullable Integer trustedHops, @Nullable Boolean skipAppend, List<String> internal) {
    public static final Addresses NONE = new Addresses(null, null, List.of());

    public Addresses {
      internal = List.copyOf(internal);
    }
  }
}
