package io.headgate.dataplane.admin;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.explain.Live;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Telemetry;
import io.headgate.dataplane.route.RuntimeValues;
import io.headgate.dataplane.tls.CertificateFacts;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.bootstrap.Reports;
import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Value;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Facts and actions that a test sets and reads. */
final class FakeFacts implements AdminFacts, AdminActions {
  final RuntimeValues runtime = new RuntimeValues(List.of(new RuntimeLayer.Admin("admin")));

  volatile State state = State.LIVE;
  final List<Held> held = new ArrayList<>();
  final List<Cluster> clusters = new ArrayList<>();
  final List<CertificateFacts> certificates = new ArrayList<>();
  final Meters meters = new Meters();
  Live live = new NothingLive();
  private final Telemetry telemetry = new Telemetry(meters, Map.of(), List.of());
  final List<String> done = new ArrayList<>();

  @Override
  public Server server() {
    return new Server(state, "1.2.3", Duration.ofSeconds(5), 2, Duration.ofSeconds(600), "live");
  }

  @Override
  public RuntimeValues runtime() {
    return runtime;
  }

  @Override
  public void setRuntime(Map<String, String> changes) {
    runtime.set(changes);
  }

  @Override
  public Bootstrap bootstrap() {
    return new Bootstrap(
        new Node("p1", "edge", Locality.NONE, Value.Obj.EMPTY),
        List.of(),
        List.of(),
        DynamicResources.NONE,
        new Address("127.0.0.1", 0),
        Reports.NONE,
        Bootstrap.ProcessRules.DEFAULT);
  }

  @Override
  public List<Held> resources() {
    return held;
  }

  @Override
  public Collection<Cluster> clusters() {
    return clusters;
  }

  @Override
  public List<Bound> listeners() {
    return List.of(new Bound("main", new Address("127.0.0.1", 8080)));
  }

  @Override
  public List<CertificateFacts> certificates() {
    return certificates;
  }

  @Override
  public List<Loop> loops() {
    return List.of(new Loop(0, 12, 0.5, 3, 1));
  }

  @Override
  public List<Stall> stalls() {
    return List.of(new Stall(0, Instant.EPOCH, 250, "io.Example.block", List.of("a", "b")));
  }

  @Override
  public Meters meters() {
    return meters;
  }

  @Override
  public Collection<MetricData> metrics() {
    return telemetry.collect();
  }

  @Override
  public void drainListeners(boolean graceful) {
    done.add("drain " + graceful);
  }

  @Override
  public Live live() {
    return live;
  }

  @Override
  public void failHealthcheck(boolean fails) {
    done.add("healthcheck fails " + fails);
  }

  @Override
  public Map<String, String> logLevels() {
    return Map.of("root", "info");
  }

  @Override
  public void logLevel(String logger, String level) {
    if (level.equals("loud")) {
      throw new IllegalArgumentException("level: \"loud\" is no level");
    }
    done.add("log " + logger + "=" + level);
  }

  @Override
  public void reopenLogs() {
    done.add("reopen");
  }

  @Override
  public void quit() {
    done.add("quit");
  }
}
