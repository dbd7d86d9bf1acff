package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTlsPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to be said of a policy for TLS to backends beyond its targets: whether it knows whom to
 * trust.
 *
 * <p>Thread: any; stateless. Spec: Gateway API v1.4, BackendTLSPolicy conditions.
 */
public final class BackendTlsConditions {
  private BackendTlsConditions() {}

  /**
   * Completes the conditions of a policy.
   *
   * @param targets what is to be said of its targets
   */
  public static List<Condition> of(
      BackendTlsPolicy policy, ConfigImage image, List<Condition> targets) {
    List<TrustAnchors.Failure> failures = BackendTlsRules.failures(policy, image);
    String message =
        failures.stream().map(TrustAnchors.Failure::message).collect(Collectors.joining(", "));
    boolean nobody =
        policy.trust() instanceof BackendTlsPolicy.Trust.Authorities
            && BackendTlsRules.secret(policy, image).isEmpty();
    List<Condition> found = new ArrayList<>();
    for (Condition target : targets) {
      found.add(
          nobody && target.type() == Condition.Type.ACCEPTED && target.holds()
              ? target.broken(
                  "NoValidCACertificate", message + ": requests are answered by an error")
              : target);
    }
    found.add(
        failures.isEmpty()
            ? Condition.yes(Condition.Type.RESOLVED_REFS, "")
            : Condition.no(
                Condition.Type.RESOLVED_REFS, "", failures.getFirst().reason(), message));
    return found;
  }
}
