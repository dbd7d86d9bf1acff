package io.headgate.dataplane.app;

import io.headgate.dataplane.admin.AdminActions;
import io.headgate.dataplane.admin.AdminFacts;
import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.explain.Live;
import io.headgate.dataplane.listener.BoundSocket;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RuntimeValues;
import io.headgate.dataplane.runtime.HeldResource;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.ListenAddress;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the admin shows of a proxy, and does to it. Thread: any but the config thread. */
final class Admin implements AdminFacts, AdminActions {
  private final ProxyServer server;
  private final Instant startedAt = Instant.now();

  Admin(ProxyServer server) {
    this.server = server;
  }

  @Override
  public Server server() {
    return new Server(
        switch (server.status().state()) {
          case PRE_INITIALIZING -> State.PRE_INITIALIZING;
          case INITIALIZING -> State.INITIALIZING;
          case LIVE -> State.LIVE;
          case DRAINING -> State.DRAINING;
        },
        Version.text(),
        Duration.between(startedAt, Instant.now()),
        server.settings().concurrency(),
        server.settings().drainTime(),
        source(server.source()));
  }

  /** For example {@code last_known_good, received 2026-01-01T00:00:00Z (3600 s ago)}. */
  static String source(ConfigSource source) {
    StringBuilder text = new StringBuilder(source.kind().name().toLowerCase(Locale.ROOT));
    source
        .receivedAt()
        .ifPresent(at ->
            text.append(", received ")
                .append(at)
                .append(" (")
                .append(Duration.between(at, Instant.now()).toSeconds())
                .append(" s ago)"));
    if (!source.file().isEmpty()) {
      text.append(", file ").append(source.file());
    }
    if (!source.problem().isEmpty()) {
      text.append(", problem: ").append(source.problem());
    }
    return text.toString();
  }

  @Override
  public Bootstrap bootstrap() {
    return server.bootstrap();
  }

  @Override
  public List<Held> resources() {
    List<Held> held = new ArrayList<>();
    for (HeldResource resource : server.resources()) {
      Stage stage =
          switch (resource.stage()) {
            case FIXED -> Stage.STATIC;
            case SERVING -> Stage.ACTIVE;
            case WARMING -> Stage.WARMING;
          };
      held.add(new Held(stage, resource.version(), resource.since(), resource.value()));
    }
    return held;
  }

  @Override
  public Collection<Cluster> clusters() {
    return server.clusters();
  }

  @Override
  public List<Bound> listeners() {
    List<Bound> bound = new ArrayList<>();
    server
        .listeners()
        .forEach((name, listener) -> {
          List<ListenAddress> addresses = listener.sockets().stream().map(Admin::bound).toList();
          if (!addresses.isEmpty()) {
            bound.add(new Bound(name, addresses));
          }
        });
    return bound;
  }

  private static ListenAddress bound(BoundSocket socket) {
    return socket.channel().localAddress() instanceof InetSocketAddress at
        ? new Address(at.getAddress().getHostAddress(), at.getPort())
        : socket.asked();
  }

  @Override
  public List<CertificateFacts> certificates() {
    return server.certificates();
  }

  @Override
  public List<Loop> loops() {
    return server.loopWatch().figures().stream()
        .map(f -> new Loop(f.loop(), f.lagMicros(), f.busy(), f.sockets(), f.stalls()))
        .toList();
  }

  @Override
  public List<Stall> stalls() {
    return server.loopWatch().stalls().stream()
        .map(s -> new Stall(s.loop(), s.at(), s.millis(), s.place(), s.stack()))
        .toList();
  }

  @Override
  public Live live() {
    return new LiveConfig(server);
  }

  @Override
  public Meters meters() {
    return server.meters();
  }

  @Override
  public RuntimeValues runtime() {
    return server.runtimeValues();
  }

  @Override
  public Collection<MetricData> metrics() {
    return server.metrics();
  }

  @Override
  public void drainListeners(boolean graceful) {
    server.closeListeners();
  }

  @Override
  public void failHealthcheck(boolean fails) {
    server.failHealthcheck(fails);
  }

  @Override
  public void setRuntime(Map<String, String> changes) {
    server.setRuntime(changes);
  }

  @Override
  public Map<String, String> logLevels() {
    return LogLevels.all();
  }

  @Override
  public void logLevel(String logger, String level) {
    LogLevels.set(logger, level);
  }

  @Override
  public void reopenLogs() {
    server.reopenLogs();
  }

  @Override
  public void quit() {
    server.quit();
  }
}
