package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.FleetListener;
import io.headgate.controlplane.fleetstate.Nack;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImagePublisher;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.ObjectKey;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server of the REST API and the dashboard. It is also a publisher: it turns new images into
 * events.
 *
 * <p>Thread: any.
 */
public final class ApiServer implements ImagePublisher, FleetListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final long MAX_BODY = 1 << 20;
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final int MANY_CHANGES = 20;

  private final Backend backend;
  private final EventHub events = new EventHub(1_000);
  private final FleetJson fleetJson;
  private final SourceRoutes source;
  private final Javalin javalin;
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("headgate-history").factory());

  /**
   * Where the server listens.
   *
   * @param port 0 for a free one
   * @param tls empty for plain HTTP
   */
  public record Listen(String address, int port, Optional<SSLContext> tls) {}

  public ApiServer(
      Listen listen,
      Principals principals,
      Backend backend,
      Supplier<Map<String, Long>> meters,
      Clock clock) {
    this.backend = backend;
    this.fleetJson = new FleetJson(backend.replica().prefix());
    Gate gate = new Gate(principals, clock, listen.tls().isPresent());
    this.source = new SourceRoutes(gate, backend, clock);
    ServiceRoutes services = new ServiceRoutes(gate, backend, clock);
    this.javalin =
        Javalin.create(config -> {
          configure(config, listen);
          RoutesConfig routes = config.routes;
          routes.before(ApiServer::secure);
          routes.exception(Problem.class, Answers::problem);
          routes.exception(HttpResponseException.class, Answers::javalin);
          routes.exception(Exception.class, Answers::unforeseen);
          new ProcessRoutes(backend, events, meters).register(routes);
          new SessionRoutes(gate).register(routes);
          new ObjectRoutes(gate, backend).register(routes);
          new FleetRoutes(gate, backend, clock).register(routes);
          new HygieneRoutes(gate, backend, clock).register(routes);
          services.register(routes);
          new OverrideRoutes(gate, backend, clock).register(routes);
          new ChangeRoutes(gate, backend).register(routes);
          source.register(routes);
          new EventRoutes(gate, events, this::hello, HEARTBEAT_MILLIS).register(routes);
          new DashboardFiles().register(routes);
        });
    backend.fleet().addListener(this);
    var _ =
        sampler.scheduleAtFixedRate(
            services::sample, 1, WeightHistory.INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  /** Binds; says why when it can't. */
  public void start() {
    javalin.start();
  }

  /** The port that is bound. */
  public int port() {
    return javalin.port();
  }

  /** The state of the store may have changed. */
  public void sourceChanged() {
    events.publish("source", source::source);
  }

  @Override
  public void publish(ConfigImage image, ConfigDelta delta) {
    delta.services().forEach(key -> events.serviceChanged(key.namespace(), key.name()));
    if (delta.objects().size() > MANY_CHANGES) {
      events.publish("change", () -> change(image, null));
    } else {
      delta.objects().forEach(key -> events.publish("change", () -> change(image, key)));
    }
    for (String hold : delta.holds()) {
      events.publish(
          "hold",
          () ->
              Json.object()
                  .put("key", backend.replica().prefix() + "/" + hold)
                  .put("held", image.holds().containsKey(hold)));
    }
  }

  @Override
  public void proxiesChanged(Set<String> nodeIds) {
    events.proxiesChanged(nodeIds);
  }

  @Override
  public void nacked(Nack nack) {
    events.publish("nack", () -> fleetJson.nack(nack, true));
  }

  /** Ends streams of events first, so that nothing keeps the server. */
  @Override
  public void close() {
    sampler.shutdownNow();
    events.close();
    javalin.stop();
  }

  private ObjectNode change(ConfigImage image, @Nullable ObjectKey key) {
    return Json.object()
        .put("key", key == null ? null : backend.replica().prefix() + "/" + FleetKey.of(key).path())
        .put("revision", image.provenance().revision());
  }

  private ObjectNode hello() {
    return Json.object()
        .put("replica", backend.replica().id())
        .put("revision", backend.store().image().provenance().revision());
  }

  private static void configure(JavalinConfig config, Listen listen) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.maxRequestSize = MAX_BODY;
    config.http.prefer405over404 = true;
    config.http.generateEtags = false;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.jetty.addConnector((server, http) -> {
      ServerConnector connector =
          listen.tls().isEmpty()
              ? new ServerConnector(server, new HttpConnectionFactory(http))
              : tls(server, http, listen.tls().get());
      connector.setHost(listen.address());
      connector.setPort(listen.port());
      connector.setIdleTimeout(TimeUnit.SECONDS.toMillis(90));
      return connector;
    });
  }

  private static ServerConnector tls(
      org.eclipse.jetty.server.Server server, HttpConfiguration http, SSLContext context) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(context);
    HttpConfiguration secure = new HttpConfiguration(http);
    // Names are not checked here: addresses and names of a control plane are many.
    secure.addCustomizer(new SecureRequestCustomizer(false));
    return new ServerConnector(server, factory, new HttpConnectionFactory(secure));
  }

  private static void secure(Context request) {
    request
        .header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src"
                + " 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self';"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        .header("Cache-Control", "no-store");
    LOG.trace("event=request method={} path={}", request.method(), request.path());
  }

  /** Writes what went wrong. */
  private static final class Answers {
    private Answers() {}

    static void problem(Problem problem, Context request) {
      ObjectNode body =
          Json.object()
              .put("type", problem.kind().type())
              .put("title", title(problem))
              .put("status", problem.kind().status())
              .put("detail", problem.detail());
      Long current = problem.current();
      if (current != null) {
        body.put("current", current == 0 ? null : Long.toString(current));
        if (current != 0) {
          request.header("ETag", "\"" + current + "\"");
        }
      }
      if (!problem.findings().isEmpty()) {
        ArrayNode violations = body.putArray("violations");
        for (Problem.Finding finding : problem.findings()) {
          violations
              .addObject()
              .put("object", finding.object())
              .put("path", finding.path())
              .put("line", finding.line())
              .put("value", finding.value())
              .put("reason", finding.reason())
              .put("fix", finding.fix());
        }
      }
      problem.written().ifPresent(written -> body.set("items", written));
      problem.retryAfterSeconds().ifPresent(s -> request.header("Retry-After", Long.toString(s)));
      if (problem.kind() == Problem.Kind.UNAUTHENTICATED) {
        request.header("WWW-Authenticate", "Bearer realm=\"headgate\"");
      }
      request
          .status(problem.kind().status())
          .contentType("application/problem+json")
          .result(Json.bytes(body));
    }

    static void javalin(HttpResponseException exception, Context request) {
      Problem.Kind kind =
          switch (exception.getStatus()) {
            case 400 -> Problem.Kind.BAD_REQUEST;
            case 404 -> Problem.Kind.NOT_FOUND;
            case 405 -> Problem.Kind.METHOD_NOT_ALLOWED;
            case 413 -> Problem.Kind.TOO_LARGE;
            default -> Problem.Kind.INTERNAL;
          };
      problem(new Problem(kind, String.valueOf(exception.getMessage())), request);
    }

    static void unforeseen(Exception exception, Context request) {
      LOG.error(
          "event=request_failed method={} path={}", request.method(), request.path(), exception);
      problem(
          new Problem(Problem.Kind.INTERNAL, "an unforeseen error; the log has its trace"),
          request);
    }

    private static String title(Problem problem) {
      int count = problem.findings().size();
      if (count > 0) {
        return count == 1 ? "1 violation" : count + " violations";
      }
      return FleetJson.lower(problem.kind()).replace('_', ' ');
    }
  }
}
