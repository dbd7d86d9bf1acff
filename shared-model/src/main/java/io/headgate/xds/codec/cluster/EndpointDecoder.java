package io.headgate.xds.codec.cluster;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Endpoint.HealthStatus;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** Endpoints that a discovery stream brings: all with IP addresses. */
  public static ClusterLoadAssignment decode(MessageReader r) {
    return assignment(r, null);
  }

  /** Endpoints inside a cluster: IP addresses, or Unix sockets. */
  static EndpointSource listed(MessageReader r) {
    List<String> paths = new ArrayList<>();
    ClusterLoadAssignment assignment = assignment(r, paths);
    if (paths.isEmpty()) {
      return new EndpointSource.Static(assignment);
    }
    if (assignment.localities().stream().anyMatch(at -> !at.endpoints().isEmpty())) {
      r.refuse("endpoints", "are Unix sockets and IP addresses", "keep those of one kind");
      throw new Refusal();
    }
    return new EndpointSource.UnixSockets(paths);
  }

  private static ClusterLoadAssignment assignment(MessageReader r, @Nullable List<String> paths) {
    String name = r.string("cluster_name");
    List<LocalityEndpoints> localities = r.list("endpoints", l -> locality(l, paths));
    r.message("policy", policy -> true);
    return new ClusterLoadAssignment(name, localities);
  }

  private static LocalityEndpoints locality(MessageReader r, @Nullable List<String> paths) {
    Locality locality = r.message("locality", Locality.NONE, Shared::locality);
    List<Optional<Endpoint>> endpoints = r.list("lb_endpoints", e -> endpoint(e, paths));
    return new LocalityEndpoints(
        locality,
        r.small("priority"),
        r.wrappedInteger("load_balancing_weight", 0),
        endpoints.stream().flatMap(Optional::stream).toList());
  }

  /**
   * Where an endpoint is.
   *
   * @param address null for one at a Unix socket
   */
  private record Host(@Nullable Address address, String hostname) {}

  /** Empty for one at a Unix socket. */
  private static Optional<Endpoint> endpoint(MessageReader r, @Nullable List<String> paths) {
    Host host = r.message("endpoint", e -> host(e, paths));
    HealthStatus health = r.oneOf("health_status", HEALTH);
    Metadata metadata = r.message("metadata", Metadata.EMPTY, Shared::metadata);
    long weight = r.wrappedInteger("load_balancing_weight", 1);
    Host needed = r.need("endpoint", host);
    return Optional.ofNullable(needed.address)
        .map(at -> new Endpoint(at, needed.hostname, r.built(health), weight, metadata));
  }

  private static Host host(MessageReader r, @Nullable List<String> paths) {
    Optional<Address> address = r.message("address", a -> address(a, paths));
    String hostname = r.string("hostname");
    return new Host(r.need("address", address).orElse(null), hostname);
  }

  private static Optional<Address> address(MessageReader r, @Nullable List<String> paths) {
    if (paths == null || !r.has("pipe")) {
      return Optional.of(Shared.ipAddress(r));
    }
    String path = r.message("pipe", p -> p.string("path"));
    paths.add(r.need("pipe", path));
    return Optional.empty();
  }
}
