package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientTls;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be said of TLS in a policy for clients: whether it knows whom to trust, and whether
 * its listeners end TLS at all.
 *
 * <p>Thread: any; stateless.
 */
public final class ClientTlsConditions {
  private ClientTlsConditions() {}

  public static List<Condition> of(ClientTrafficPolicy policy, ConfigImage image) {
    List<Condition> found = new ArrayList<>();
    if (policy.tls().equals(ClientTls.NONE)) {
      return found;
    }
    Grants grants = Grants.of(image);
    references(
            ClientTlsRules.failures(policy, image, grants),
            "listeners that should check clients are not served")
        .or(() ->
            references(
                TlsTickets.failure(policy, image, grants).stream().toList(),
                "each proxy has ticket keys of its own"))
        .ifPresent(found::add);
    for (TargetRef target : policy.targets()) {
      Optional<Gateway> gateway = image.object(target.object(), Gateway.class);
      if (gateway.isPresent()
          && gateway.get().listeners().stream()
              .filter(l -> target.section() == null || target.section().equals(l.name()))
              .allMatch(l -> l.certificates().isEmpty())) {
        found.add(
            new Condition(
                Condition.Type.ACCEPTED,
                true,
                target.object() + (target.section() == null ? "" : "#" + target.section()),
                "NoEffect",
                "tls: no listener ends TLS"));
      }
    }
    return found;
  }

  private static Optional<Condition> references(
      List<TrustAnchors.Failure> failures, String consequence) {
    return failures.stream()
        .findFirst()
        .map(first ->
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                "",
                first.reason(),
                failures.stream()
                        .map(TrustAnchors.Failure::message)
                        .collect(Collectors.joining(", "))
                    + ": "
                    + consequence));
  }
}
