package io.headgate.controlplane.api;

import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.controlplane.fleetstate.SelfReport;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Services and their hosts as JSON, as one image and one look at the fleet show them. */
final class ServiceJson {
  private final ConfigImage image;
  private final HostLoads load;
  private final String prefix;
  private final Map<String, List<Ejection>> ejections = new HashMap<>();

  private record Ejection(String proxy, SelfReport.Quarantined host) {}

  ServiceJson(ConfigImage image, List<ProxyStatus> proxies, HostLoads load, String prefix) {
    this.image = image;
    this.load = load;
    this.prefix = prefix;
    for (ProxyStatus proxy : proxies) {
      SelfReport report = proxy.report();
      if (report != null && proxy.presence().connected()) {
        for (SelfReport.Quarantined host : report.quarantined()) {
          ejections
              .computeIfAbsent(
                  XdsNames.portOf(host.cluster()) + " " + host.address(), key -> new ArrayList<>())
              .add(new Ejection(proxy.identity().nodeId(), host));
        }
      }
    }
  }

  /** A service without its hosts' details. */
  ObjectNode summary(ObjectKey key) {
    ObjectNode node = Json.object().put("namespace", key.namespace()).put("name", key.name());
    List<Service.Port> ports =
        image.object(key, Service.class).map(Service::ports).orElse(List.of());
    ArrayNode portList = node.putArray("ports");
    ports.forEach(port -> portList.addObject().put("name", port.name()).put("port", port.number()));
    int healthy = 0;
    int draining = 0;
    int quarantined = 0;
    double rate = 0;
    double errors = 0;
    for (ImageHost host : image.hosts(key).hosts().values()) {
      switch (health(key, host)) {
        case "draining" -> draining++;
        case "quarantined" -> quarantined++;
        default -> healthy++;
      }
      Optional<HostLoads.Load> figures = load.of(host.host().key());
      rate += figures.map(HostLoads.Load::requestsPerSecond).orElse(0.0);
      errors += figures.map(HostLoads.Load::errorsPerSecond).orElse(0.0);
    }
    node.putObject("hosts")
        .put("total", image.hosts(key).hosts().size())
        .put("healthy", healthy)
        .put("draining", draining)
        .put("quarantined", quarantined);
    Hold hold = image.holds().get("holds/hosts/" + key.namespace() + "/" + key.name());
    node.set("held", hold == null ? null : new HoldJson(prefix).hold(hold));
    ServiceWeights weights = image.weights().get(key);
    return node.put("requestsPerSecond", round(rate))
        .put("errorsPerSecond", round(errors))
        .put("weightsUpdated", weights == null ? null : Json.time(weights.updated()));
  }

  /** A service with everything about its hosts. */
  ObjectNode full(ObjectKey key) {
    ObjectNode node = summary(key);
    node.set("summary", node.get("hosts"));
    ArrayNode hosts = node.putArray("hosts");
    image.hosts(key).hosts().values().forEach(host -> hosts.add(host(key, host)));
    return node;
  }

  private ObjectNode host(ObjectKey service, ImageHost host) {
    Host registered = host.host();
    Host.Details details = registered.details();
    ObjectNode node =
        Json.object()
            .put("instance", registered.key().instance())
            .put("address", address(registered, registered.port()));
    ObjectNode ports = node.putObject("ports");
    details.ports().forEach(ports::put);
    node.put("zone", details.zone());
    ObjectNode labels = node.putObject("labels");
    details.labels().forEach(labels::put);
    node.put("key", prefix + "/hosts/" + registered.key())
        .put("revision", host.revision())
        .put("leased", host.lease() != 0)
        .put("health", health(service, host));
    ArrayNode by = node.putArray("quarantinedBy");
    for (Ejection ejection : ejections(service, registered)) {
      by.addObject()
          .put("proxy", ejection.proxy())
          .put("reason", ejection.host().reason())
          .put("since", Json.time(ejection.host().since()))
          .put("until", Json.time(ejection.host().until()));
    }
    ObjectNode weights =
        node.putObject("weights")
            .put("configured", host.configuredWeight())
            .put("fleet", round(host.weight().factor()))
            .put("effective", round(host.effectiveWeight()));
    ArrayNode reasons = weights.putArray("reasons");
    host.weight().reasons().forEach(reasons::add);
    HostOverride override = host.override();
    node.set("override", override == null ? null : override(override));
    load.of(registered.key())
        .ifPresentOrElse(figures -> node.set("load", load(figures)), () -> node.putNull("load"));
    return node;
  }

  static ObjectNode override(HostOverride override) {
    return Json.object()
        .put("weight", override.weight())
        .put("drain", override.drain())
        .put("quarantine", override.quarantine())
        .put("expires", Json.time(override.metadata().expires()))
        .put("author", override.metadata().owner())
        .put("reason", override.reason());
  }

  private static ObjectNode load(HostLoads.Load load) {
    Double utilisation = load.utilisation();
    Double latency = load.latencyMillis();
    return Json.object()
        .put("requestsPerSecond", round(load.requestsPerSecond()))
        .put("errorsPerSecond", round(load.errorsPerSecond()))
        .put("inFlight", load.inFlight())
        .put("utilisation", utilisation == null ? null : round(utilisation))
        .put("latencyMillis", latency == null ? null : round(latency));
  }

  private String health(ObjectKey service, ImageHost host) {
    if (host.quarantined() || !ejections(service, host.host()).isEmpty()) {
      return "quarantined";
    }
    return host.draining() ? "draining" : "healthy";
  }

  private List<Ejection> ejections(ObjectKey service, Host host) {
    List<Ejection> found = new ArrayList<>();
    for (Endpoint endpoint : endpoints(image, service, host)) {
      found.addAll(
          ejections.getOrDefault(endpoint.cluster() + " " + endpoint.address(), List.of()));
    }
    return found;
  }

  /** A host as proxies see it. */
  private record Endpoint(String cluster, String address) {}

  private static Set<Endpoint> endpoints(ConfigImage image, ObjectKey service, Host host) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    for (Service.Port port :
        image.object(service, Service.class).map(Service::ports).orElse(List.of())) {
      endpoints.add(
          new Endpoint(
              service.namespace() + "/" + service.name() + ":" + port.number(),
              address(host, host.portFor(port))));
    }
    return endpoints;
  }

  private static String address(Host host, int port) {
    String ip = host.address();
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
  }

  private static double round(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
