package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.Convergence;
import io.headgate.controlplane.fleetstate.Fleet;
import io.headgate.controlplane.fleetstate.Nack;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.controlplane.fleetstate.TypeState;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.loader.AuditEntry;
import io.headgate.controlplane.loader.StoreHealth;
import io.headgate.controlplane.loader.WriteOutcome;
import io.headgate.controlplane.loader.WriteRequest;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes about proxies, refusals and holds. */
final class FleetRoutes {
  private static final Logger log = LoggerFactory.getLogger(FleetRoutes.class);
  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,6})(ms|s)?");
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;

  private final Gate gate;
  private final Backend backend;
  private final Clock clock;
  private final FleetJson json;
  private final HoldJson holdJson;

  FleetRoutes(Gate gate, Backend backend, Clock clock) {
    this.gate = gate;
    this.backend = backend;
    this.clock = clock;
    this.json = new FleetJson(backend.replica().prefix());
    this.holdJson = new HoldJson(backend.replica().prefix());
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/fleet", this::fleet);
    routes.get("/api/v1/fleet/proxies/{id}", this::proxy);
    routes.delete("/api/v1/fleet/proxies/{id}", this::forget);
    routes.get("/api/v1/fleet/convergence", this::convergence);
    routes.get("/api/v1/nacks", this::nacks);
    routes.get("/api/v1/holds", this::holds);
    routes.delete("/api/v1/holds/hosts/{namespace}/{name}", this::endHold);
  }

  private void fleet(Context request) {
    gate.require(request, Role.VIEWER);
    Fleet fleet = backend.fleet();
    List<ProxyStatus> proxies = fleet.proxies();
    ConfigImage image = backend.store().image();
    ObjectNode answer =
        Json.object()
            .put("asOf", Json.time(clock.instant()))
            .put("incarnation", image.provenance().incarnation())
            .put("revision", fleet.published(fleet.replicaId()).revision());
    String leader = backend.store().leader().orElse("");
    ArrayNode replicas = answer.putArray("replicas");
    fleet
        .replicas(backend.replica().address())
        .forEach(replica -> replicas.add(FleetJson.replica(replica, leader)));
    ObjectNode summary = answer.putObject("summary").put("proxies", proxies.size());
    for (ProxyStatus.State state : ProxyStatus.State.values()) {
      summary.put(FleetJson.lower(state), proxies.stream().filter(p -> p.state() == state).count());
    }
    ArrayNode items = answer.putArray("proxies");
    proxies.stream()
        .sorted(Comparator.comparing(ProxyStatus::state))
        .forEach(proxy -> items.add(json.proxy(proxy)));
    Json.answer(request, answer);
  }

  private void proxy(Context request) {
    gate.require(request, Role.VIEWER);
    String id = request.pathParam("id");
    ProxyStatus proxy =
        backend
            .fleet()
            .proxy(id)
            .orElseThrow(() -> new Problem(Problem.Kind.NOT_FOUND, "no proxy " + id));
    Json.answer(request, json.proxy(proxy));
  }

  /** A proxy that is gone for good, which nobody but an operator can know. */
  private void forget(Context request) {
    Gate.Caller caller = gate.require(request, Role.OPERATOR);
    String reason = Parameters.reason(request);
    String id = request.pathParam("id");
    ProxyStatus known =
        backend
            .fleet()
            .proxy(id)
            .orElseThrow(() -> new Problem(Problem.Kind.NOT_FOUND, "no proxy " + id));
    if (known.presence().connected()) {
      throw connected(id);
    }
    // First the entry: what nobody can look up afterwards is not done.
    audit(caller, reason.isEmpty() ? "proxy " + id : "proxy " + id + ": " + reason);
    switch (backend.fleet().forget(id)) {
      case NOT_KNOWN -> throw new Problem(Problem.Kind.NOT_FOUND, "no proxy " + id);
      case STILL_CONNECTED -> throw connected(id);
      case DONE -> {
        log.info("proxy forgotten proxy={} by={} reason=\"{}\"", id, caller.name(), reason);
        Json.answer(request, Json.object().put("outcome", "forgotten").put("id", id));
      }
    }
  }

  private static Problem connected(String id) {
    return new Problem(Problem.Kind.CONFLICT, "proxy " + id + " is connected");
  }

  private void audit(Gate.Caller caller, String reason) {
    try {
      backend.store().audit().record(AuditEntry.Action.FORGET_PROXY, caller.name(), reason);
    } catch (StoreUnavailableException e) {
      throw new Problem(Problem.Kind.ETCD_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private void convergence(Context request) throws InterruptedException {
    gate.require(request, Role.VIEWER);
    Fleet fleet = backend.fleet();
    long newest = fleet.published(fleet.replicaId()).revision();
    long revision = Parameters.number(request, "revision", newest, 0, Long.MAX_VALUE / 2);
    int proxies = (int) Parameters.number(request, "proxies", 1, 0, 1_000_000);
    long deadline = System.nanoTime() + timeout(request).toNanos();
    while (true) {
      Convergence found = Convergence.of(fleet, revision, proxies, failure(revision));
      if (found.state() != Convergence.State.PENDING || System.nanoTime() >= deadline) {
        Json.answer(request, FleetJson.convergence(found));
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** The value that this revision wrote is held: nobody will ever serve it. */
  private Optional<String> failure(long revision) {
    return backend.store().image().holds().values().stream()
        .filter(hold -> hold.what() == Hold.What.OBJECT && hold.revision() == revision)
        .findFirst()
        .map(hold ->
            backend.replica().prefix()
                + "/"
                + hold.key()
                + " by "
                + hold.author()
                + " is held: "
                + hold.problem().reason());
  }

  private static Duration timeout(Context request) {
    String text = Optional.ofNullable(request.queryParam("timeout")).orElse("0s");
    Matcher matcher = TIMEOUT.matcher(text);
    if (!matcher.matches()) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST, "timeout: \"" + text + "\" must be like 30s or 500ms");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration timeout =
        "ms".equals(matcher.group(2)) ? Duration.ofMillis(number) : Duration.ofSeconds(number);
    return timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout;
  }

  private void nacks(Context request) {
    gate.require(request, Role.VIEWER);
    long limit = Parameters.number(request, "limit", 100, 1, 1_000);
    Set<String> active = new HashSet<>();
    for (ProxyStatus proxy : backend.fleet().proxies()) {
      for (TypeState type : proxy.types()) {
        Nack nack = type.nacked();
        if (nack != null) {
          active.add(nack.id());
        }
      }
    }
    ArrayNode items = Json.array();
    backend.fleet().nacks().stream()
        .limit(limit)
        .forEach(nack -> items.add(json.nack(nack, active.contains(nack.id()))));
    Json.answer(request, Json.items(items));
  }

  /** Hosts that expired together are held; an operator may say that they are really gone. */
  private void endHold(Context request) {
    Gate.Caller caller = gate.require(request, Role.OPERATOR);
    WriteRequest write = Parameters.write(request, caller);
    ObjectKey service =
        new ObjectKey(Kind.SERVICE, request.pathParam("namespace"), request.pathParam("name"));
    WriteOutcome.Done done =
        Outcomes.done(backend.store().writer().endHold(service, write), service, write);
    Json.answer(request, Json.object().put("outcome", "ended").put("revision", done.revision()));
  }

  private void holds(Context request) {
    gate.require(request, Role.VIEWER);
    ArrayNode items = Json.array();
    StoreHealth health = backend.store().health();
    if (health.state() == StoreHealth.State.HELD) {
      items.add(holdJson.everything(health));
    }
    backend.store().image().holds().values().stream()
        .sorted(Comparator.comparing(Hold::since).reversed())
        .forEach(hold -> items.add(holdJson.hold(hold)));
    Json.answer(request, Json.items(items));
  }
}
