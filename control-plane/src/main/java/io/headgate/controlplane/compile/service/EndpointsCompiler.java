package io.headgate.controlplane.compile.service;

import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.fleet.Service;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Endpoint.HealthStatus;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the load assignment of a service's port from its hosts.
 *
 * <p>Hosts that an operator or they themselves took out of traffic stay listed, so that their
 * requests in flight end, but with a lower priority than all others: they can neither push the rest
 * into panic mode nor be picked in it.
 *
 * <p>Thread: any; stateless.
 */
public final class EndpointsCompiler {
  /** Key of the endpoint metadata that carries the parts of the weight. */
  static final String METADATA = "headgate";

  /** Endpoint weights are whole numbers: this is what a weight of 1.0 becomes. */
  private static final double SCALE = 1000;

  private record Place(int priority, String zone) {}

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::priority).thenComparing(Place::zone);

  private EndpointsCompiler() {}

  public static Compiled<ClusterLoadAssignment> endpoints(
      Service service, Service.Port port, ServiceHosts hosts) {
    boolean someServe = hosts.hosts().values().stream().anyMatch(host -> health(host).usable());
    SortedMap<Place, List<Endpoint>> places = new TreeMap<>(ORDER);
    hosts
        .hosts()
        .forEach((instance, host) -> {
          String zone = host.host().details().zone();
          Endpoint endpoint = endpoint(instance, host, host.host().portFor(port));
          int priority = someServe && !endpoint.health().usable() ? 1 : 0;
          places
              .computeIfAbsent(
                  new Place(priority, zone == null ? "" : zone), p -> new ArrayList<>())
              .add(endpoint);
        });
    List<LocalityEndpoints> localities = new ArrayList<>();
    places.forEach((place, endpoints) ->
        localities.add(
            new LocalityEndpoints(
                place.zone().isEmpty() ? Locality.NONE : new Locality("", place.zone(), ""),
                place.priority(),
                0,
                endpoints)));
    String name = XdsNames.cluster(service.key(), port.number());
    return Compiled.of(name, new ClusterLoadAssignment(name, localities), List.of(service.key()));
  }

  private static Endpoint endpoint(String instance, ImageHost host, int port) {
    double configured = host.configuredWeight();
    double fleet = host.weight().factor();
    long weight = Math.max(1, Math.min(0xffff_ffffL, Math.round(SCALE * configured * fleet)));
    Value.Obj parts =
        new Value.Obj(
            new TreeMap<>(
                Map.of(
                    "configured", new Value.Num(configured),
                    "fleet", new Value.Num(fleet),
                    "instance", new Value.Str(instance))));
    return new Endpoint(
        new Address(host.host().address(), port),
        "",
        health(host),
        weight,
        new Metadata(Map.of(METADATA, parts)));
  }

  private static HealthStatus health(ImageHost host) {
    if (host.quarantined()) {
      return HealthStatus.UNHEALTHY;
    }
    if (host.draining() || host.configuredWeight() <= 0) {
      return HealthStatus.DRAINING;
    }
    return HealthStatus.HEALTHY;
  }
}
