package io.headgate.xds.model;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.List;

/** Where a cluster takes its endpoints from. */
public sealed interface EndpointSource {
  /** Endpoints inside the cluster. */
  record Static(ClusterLoadAssignment assignment) implements EndpointSource {}

  /**
   * Unix sockets of this host. Streams of the proxy itself go there, and no requests.
   *
   * @param paths of their files
   */
  record UnixSockets(List<String> paths) implements EndpointSource {
    public UnixSockets {
      paths = List.copyOf(paths);
      Checks.require(!paths.isEmpty(), "endpoints must not be empty");
      paths.forEach(path -> Checks.notEmpty(path, "path"));
      Checks.require(
          paths.stream().allMatch(path -> path.startsWith("/")),
          "the path of an endpoint's Unix socket must be absolute");
    }
  }

  /**
   * Endpoints by the discovery stream.
   *
   * @param serviceName empty for the cluster's name
   * @param initialFetchTimeout how long a new cluster waits for them; zero for ever
   */
  record Eds(String serviceName, Duration initialFetchTimeout) implements EndpointSource {
    public Eds {
      Checks.notNegative(initialFetchTimeout, "initial_fetch_timeout");
    }
  }
}
