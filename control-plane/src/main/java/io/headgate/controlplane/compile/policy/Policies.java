package io.headgate.controlplane.compile.policy;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.fleet.TargetRef;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All policies of an image by target.
 *
 * <p>Thread: immutable.
 */
public record Policies(
    PolicyTargets<ClientTrafficPolicy> client,
    PolicyTargets<BackendTrafficPolicy> backend,
    PolicyTargets<SecurityPolicy> security,
    PolicyTargets<BackendTlsPolicy> tls) {

  public static Policies of(ConfigImage image) {
    return new Policies(
        new PolicyTargets<>(
            all(image, Kind.CLIENT_TRAFFIC_POLICY, ClientTrafficPolicy.class),
            ClientTrafficPolicy::targets),
        new PolicyTargets<>(
            all(image, Kind.BACKEND_TRAFFIC_POLICY, BackendTrafficPolicy.class),
            BackendTrafficPolicy::targets),
        new PolicyTargets<>(
            all(image, Kind.SECURITY_POLICY, SecurityPolicy.class), SecurityPolicy::targets),
        new PolicyTargets<>(
            all(image, Kind.BACKEND_TLS_POLICY, BackendTlsPolicy.class).stream()
                .sorted(Comparator.comparingLong(policy -> image.created(policy.key())))
                .toList(),
            BackendTlsPolicy::targets));
  }

  /**
   * The policy for the clients of a listener. Plain listeners that share a port share a connection
   * manager: the first policy for one of them counts for all. Those with TLS are told apart by
   * server name.
   *
   * @param onPort all listeners of its port
   */
  public Optional<ClientTrafficPolicy> client(
      ObjectKey gateway, Gateway.Listener listener, List<Gateway.Listener> onPort) {
    return switch (listener.protocol()) {
      case HTTPS, TLS -> client.at(gateway, listener.name());
      case HTTP, TCP -> ofPort(gateway, onPort);
    };
  }

  /** The policy for what the listeners of a port share: the first of one of them. */
  public Optional<ClientTrafficPolicy> ofPort(ObjectKey gateway, List<Gateway.Listener> onPort) {
    return onPort.stream()
        .map(listener -> client.winner(new TargetRef(gateway, listener.name())))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> client.at(gateway, null));
  }

  public Optional<BackendTrafficPolicy> of(Service service, Service.Port port) {
    Optional<BackendTrafficPolicy> byName = backend.at(service.key(), port.name());
    return byName.isPresent() ? byName : backend.at(service.key(), Integer.toString(port.number()));
  }

  /** The policy for TLS to a port; of several the oldest counts, as Gateway API has it. */
  public Optional<BackendTlsPolicy> tls(Service service, Service.Port port) {
    Optional<BackendTlsPolicy> byName = tls.at(service.key(), port.name());
    return byName.isPresent() ? byName : tls.at(service.key(), Integer.toString(port.number()));
  }

  /** All accepted objects of a kind, in order of their keys. */
  public static <T extends FleetObject> List<T> all(ConfigImage image, Kind kind, Class<T> type) {
    ObjectKey from = new ObjectKey(kind, "\0", "\0");
    return image.objects().tailMap(from).values().stream()
        .takeWhile(accepted -> accepted.key().kind() == kind)
        .map(accepted -> type.cast(accepted.object()))
        .toList();
  }
}
