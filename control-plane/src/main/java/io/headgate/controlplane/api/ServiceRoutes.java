package io.headgate.controlplane.api;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes that show services, their hosts and their history. */
final class ServiceRoutes {
  private final Gate gate;
  private final Backend backend;
  private final Clock clock;
  private final WeightHistory history = new WeightHistory();

  ServiceRoutes(Gate gate, Backend backend, Clock clock) {
    this.gate = gate;
    this.backend = backend;
    this.clock = clock;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/services", this::list);
    routes.get("/api/v1/services/{namespace}/{name}", this::get);
    routes.get("/api/v1/services/{namespace}/{name}/history", this::history);
  }

  /** Takes a point of the history; to be called every five seconds. */
  void sample() {
    ConfigImage image = backend.store().image();
    history.begin(clock.instant().getEpochSecond());
    image
        .services()
        .forEach((service, hosts) -> hosts.hosts().values().forEach(host -> sample(service, host)));
  }

  private void sample(ObjectKey service, ImageHost host) {
    float rate = Float.NaN;
    float utilisation = Float.NaN;
    HostLoads.Load load = backend.load().of(host.host().key()).orElse(null);
    if (load != null) {
      rate = (float) load.requestsPerSecond();
      Double said = load.utilisation();
      utilisation = said == null ? Float.NaN : said.floatValue();
    }
    history.put(
        service.namespace(),
        service.name(),
        host.host().key().instance(),
        new WeightHistory.Sample(
            (float) host.configuredWeight(), (float) host.weight().factor(), rate, utilisation));
  }

  private void list(Context request) {
    gate.require(request, Role.VIEWER);
    ConfigImage image = backend.store().image();
    ServiceJson json = json(image);
    ArrayNode items = Json.array();
    services(image).forEach(key -> items.add(json.summary(key)));
    ObjectNode answer = Json.object().put("revision", image.provenance().revision());
    answer.set("items", items);
    Json.answer(request, answer);
  }

  private void get(Context request) {
    gate.require(request, Role.VIEWER);
    ConfigImage image = backend.store().image();
    ObjectKey key = existing(image, request);
    ObjectNode answer = json(image).full(key);
    answer.put("revision", image.provenance().revision());
    Json.answer(request, answer);
  }

  private void history(Context request) {
    gate.require(request, Role.VIEWER);
    ObjectKey key = existing(backend.store().image(), request);
    int minutes = (int) Parameters.number(request, "minutes", 15, 1, 60);
    Json.answer(request, history.json(key.namespace(), key.name(), minutes));
  }

  private ServiceJson json(ConfigImage image) {
    return new ServiceJson(
        image, backend.fleet().proxies(), backend.load(), backend.replica().prefix());
  }

  private static Set<ObjectKey> services(ConfigImage image) {
    Set<ObjectKey> keys = new TreeSet<>(image.services().keySet());
    image.objects().keySet().stream().filter(key -> key.kind() == Kind.SERVICE).forEach(keys::add);
    return keys;
  }

  private static ObjectKey existing(ConfigImage image, Context request) {
    ObjectKey key =
        new ObjectKey(Kind.SERVICE, request.pathParam("namespace"), request.pathParam("name"));
    if (!image.objects().containsKey(key) && !image.services().containsKey(key)) {
      throw new Problem(Problem.Kind.NOT_FOUND, "there is no " + key);
    }
    return key;
  }
}
