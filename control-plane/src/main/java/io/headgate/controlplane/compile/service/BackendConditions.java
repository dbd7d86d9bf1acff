package io.headgate.controlplane.compile.service;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.Kind;
import io.headgate.fleet.Service;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of a policy for backends beyond its targets: settings of a protocol that the
 * target does not speak.
 *
 * <p>Thread: any; stateless.
 */
public final class BackendConditions {
  private BackendConditions() {}

  public static List<Condition> of(BackendTrafficPolicy policy, ConfigImage image) {
    BackendSettings.Connections connections = policy.settings().connections();
    List<Condition> found = new ArrayList<>();
    for (TargetRef target : policy.targets()) {
      if (target.object().kind() != Kind.SERVICE) {
        continue;
      }
      Optional<Service> service = image.object(target.object(), Service.class);
      if (service.isEmpty()) {
        continue;
      }
      List<Service.Protocol> spoken =
          service.get().ports().stream()
              .filter(port -> isMeant(port, target.section()))
              .map(Service.Port::protocol)
              .distinct()
              .toList();
      if (connections.http2() != null && !spoken.contains(Service.Protocol.HTTP2)) {
        found.add(
            idle(target, "http2: no port speaks HTTP/2; say so by appProtocol: kubernetes.io/h2c"));
      }
      if (connections.http1() != null && !spoken.contains(Service.Protocol.HTTP1)) {
        found.add(idle(target, "http1: no port speaks HTTP/1.1"));
      }
    }
    return found;
  }

  private static boolean isMeant(Service.Port port, @Nullable String section) {
    return section == null
        || port.name().equals(section)
        || Integer.toString(port.number()).equals(section);
  }

  private static Condition idle(TargetRef target, String message) {
    String about = target.object() + (target.section() == null ? "" : "#" + target.section());
    return new Condition(Condition.Type.ACCEPTED, true, about, "NoEffect", message);
  }
}
