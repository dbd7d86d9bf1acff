package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Endpoint.HealthStatus;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Metadata;
import java.util.List;
import java.util.Map;

/** Decodes endpoints. */
public final class EndpointDecoder {
  private static final Map<String, HealthStatus> HEALTH =
      Map.of(
          "UNKNOWN", HealthStatus.UNKNOWN,
          "HEALTHY", HealthStatus.HEALTHY,
          "UNHEALTHY", HealthStatus.UNHEALTHY,
          "DRAINING", HealthStatus.DRAINING,
          "TIMEOUT", HealthStatus.TIMEOUT,
          "DEGRADED", HealthStatus.DEGRADED);

  private EndpointDecoder() {}

  public static ClusterLoadAssignment decode(MessageReader r) {
    String name = r.string("cluster_name");
    List<LocalityEndpoints> localities = r.list("endpoints", EndpointDecoder::locality);
    r.message("policy", policy -> true);
    return new ClusterLoadAssignment(name, localities);
  }

  private static LocalityEndpoints locality(MessageReader r) {
    Locality locality = r.message("locality", Locality.NONE, Shared::locality);
    List<Endpoint> endpoints = r.list("lb_endpoints", EndpointDecoder::endpoint);
    return new LocalityEndpoints(
        locality, r.small("priority"), r.wrappedInteger("load_balancing_weight", 0), endpoints);
  }

  private record Host(Address address, String hostname) {}

  private static Endpoint endpoint(MessageReader r) {
    Host host = r.message("endpoint", EndpointDecoder::host);
    HealthStatus health = r.oneOf("health_status", HEALTH);
    Metadata metadata = r.message("metadata", Metadata.EMPTY, Shared::metadata);
    long weight = r.wrappedInteger("load_balancing_weight", 1);
    Host needed = r.need("endpoint", host);
    return new Endpoint(needed.address, needed.hostname, r.built(health), weight, metadata);
  }

  private static Host host(MessageReader r) {
    Address address = r.message("address", Shared::ipAddress);
    String hostname = r.string("hostname");
    return new Host(r.need("address", address), hostname);
  }
}
