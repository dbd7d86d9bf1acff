package io.headgate.controlplane.compile.value;

import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.http.ConnectionTimeouts;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.HttpProtocols;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.ServerHeader;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.RetryOn;
import java.time.Duration;
import java.util.Set;

/**
 * The values of everything that no object sets: those of an edge proxy that trusts nobody.
 *
 * <p>Spec: Envoy, "Configuring Envoy as an edge proxy", except where the comment says otherwise.
 */
public final class EdgeDefaults {
  /** Address of generated listeners; a proxy replaces it when it was told to bind another. */
  public static final String LISTEN_ADDRESS = "0.0.0.0";

  public static final int BUFFER_LIMIT_BYTES = 32 * 1024;

  public static final HttpTimeouts TIMEOUTS =
      new HttpTimeouts(
          Duration.ofSeconds(300),
          Duration.ofSeconds(10), // ours: a head that trickles in is an attack
          Duration.ofSeconds(300),
          Duration.ZERO,
          ConnectionTimeouts.DEFAULT);

  public static final HttpLimits LIMITS = new HttpLimits(60, 100, 0);

  /** Ours: path and query; Envoy has no such limit. */
  public static final int MAX_URL_BYTES = 8192;

  public static final HttpRules.UnderscoreHeaders UNDERSCORES =
      HttpRules.UnderscoreHeaders.REJECT_REQUEST;

  /** How long a start waits for a secret. */
  public static final Duration SECRET_TIMEOUT = Duration.ofSeconds(15);

  /** The authorities that a machine trusts, at the place of Debian and its kin. */
  public static final String SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  public static final PathRules PATHS =
      new PathRules(
          true, true, PathRules.EscapedSlashes.UNESCAPE_AND_REDIRECT, false, false, false);

  public static final ServerHeader SERVER =
      new ServerHeader("headgate", ServerHeader.Transformation.OVERWRITE);

  public static final Duration ROUTE_TIMEOUT = Duration.ofSeconds(15);

  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  public static final Duration UPSTREAM_IDLE = Duration.ofHours(1);

  public static final LoadBalancing.Policy BALANCING = new LoadBalancing.Policy.LeastRequest(2);

  /** Ours: a fifth of the requests in flight, and ten whatever the load is. */
  public static final CircuitBreakers.RetryBudget RETRY_BUDGET =
      new CircuitBreakers.RetryBudget(20, 10);

  public static final int MAX_CONNECTIONS = 1024;
  public static final int MAX_PENDING = 1024;
  public static final int MAX_REQUESTS = 1024;
  public static final int MAX_RETRIES = 3;

  /** Ours: only what cannot have reached the backend is tried again, at another host. */
  public static final RetryPolicy RETRIES =
      new RetryPolicy(
          Set.of(RetryOn.CONNECT_FAILURE, RetryOn.REFUSED_STREAM, RetryOn.RESET_BEFORE_REQUEST),
          2,
          Duration.ZERO,
          RetryPolicy.BackOff.DEFAULT,
          Set.of(),
          new RetryPolicy.HostSelection(true, 3));

  /**
   * Ours: three connect errors in a row eject a host, at most a tenth of the hosts but always one.
   */
  public static final int CONNECT_ERRORS = 3;

  public static final int SERVER_ERRORS = 5;
  public static final int MAX_EJECTED_PERCENT = 10;
  public static final OutlierDetection.Ejection EJECTION =
      new OutlierDetection.Ejection(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          MAX_EJECTED_PERCENT,
          true,
          Duration.ZERO);

  /**
   * As Envoy advises for an edge: 100 streams, 64 KiB a stream, 1 MiB a connection. WebSockets pass
   * on every route, as users of other gateways of this kind expect.
   */
  public static final HttpProtocols PROTOCOLS =
      new HttpProtocols(
          HttpProtocols.Codec.AUTO,
          Http1Options.DEFAULT,
          new Http2Options(
              Http2Options.DEFAULT.hpackTableSize(),
              100,
              new Http2Options.Windows(64 << 10, 1 << 20),
              false,
              true,
              Http2Options.Keepalive.NONE,
              Http2Options.Floods.DEFAULT),
          Upgrades.WEBSOCKET,
          false);

  private EdgeDefaults() {}
}
