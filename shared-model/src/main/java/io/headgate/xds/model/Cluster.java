package io.headgate.xds.model;

import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A set of upstream endpoints and how to reach them. */
public record Cluster(
    String name,
    EndpointSource endpoints,
    LoadBalancing loadBalancing,
    Duration connectTimeout,
    CircuitBreakers circuitBreakers,
    @Nullable OutlierDetection outlierDetection,
    ClusterOptions options)
    implements Resource {
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  public Cluster {
    Checks.notEmpty(name, "name");
    Checks.positive(connectTimeout, "connect_timeout");
  }

  /** Why streams of the proxy itself can not go there; empty when they can. */
  public String streamProblem() {
    UpstreamTls tls = options.tls();
    if (endpoints instanceof EndpointSource.Eds) {
      return "it is an EDS cluster";
    }
    if (endpoints instanceof EndpointSource.Static fixed
        && fixed.assignment().localities().stream().allMatch(at -> at.endpoints().isEmpty())) {
      return "it lists no endpoint";
    }
    if (options.proxyProtocol() != null) {
      return "PROXY protocol is not implemented for streams of the proxy itself";
    }
    if (tls != null && !tls.holdsItsSecrets()) {
      return "its own TLS names secrets";
    }
    return tls == null || tls.isPlain()
        ? ""
        : "its TLS has more than a certificate, trusted_ca, versions and sni";
  }

  /** The name under which endpoints are asked for; the cluster's own unless EDS names another. */
  public String endpointsName() {
    return endpoints instanceof EndpointSource.Eds eds && !eds.serviceName().isEmpty()
        ? eds.serviceName()
        : name;
  }
}
