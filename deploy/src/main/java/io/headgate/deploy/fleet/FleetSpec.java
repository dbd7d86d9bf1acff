package io.headgate.deploy.fleet;

import java.util.List;

/**
 * What a fleet on this machine consists of.
 *
 * @param replicas of the control plane
 * @param proxyAddresses one proxy is bound to each
 * @param apiType how proxies subscribe: {@code DELTA_GRPC} or {@code GRPC}
 * @param services each gets {@code backends} backends, named {@code <service>-1} and so on
 * @param backends of each service
 * @param capacity that each backend declares, in requests per second
 */
public record FleetSpec(
    int replicas,
    List<String> proxyAddresses,
    String apiType,
    List<String> services,
    int backends,
    double capacity) {

  public FleetSpec {
    proxyAddresses = List.copyOf(proxyAddresses);
    services = List.copyOf(services);
  }

  /** Two control planes, a proxy on each address, three backends of each of two services. */
  public static FleetSpec quickStart(List<String> proxyAddresses) {
    return new FleetSpec(2, proxyAddresses, "DELTA_GRPC", List.of("shop", "shop-next"), 3, 400);
  }
}
