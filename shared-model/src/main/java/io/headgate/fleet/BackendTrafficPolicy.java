package io.headgate.fleet;

import java.util.List;

/**
 * How proxies deal with backends.
 *
 * @param targets services or routes; a route's policy wins over a service's
 */
public record BackendTrafficPolicy(
    ObjectMeta metadata, List<TargetRef> targets, BackendSettings settings) implements FleetObject {

  public BackendTrafficPolicy {
    targets = List.copyOf(targets);
  }

  @Override
  public Kind kind() {
    return Kind.BACKEND_TRAFFIC_POLICY;
  }
}
