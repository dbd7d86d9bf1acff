package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.service.ServiceCompiler;
import io.headgate.controlplane.compile.tls.BackendTlsRules;
import io.headgate.controlplane.compile.tls.TlsCaller;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import io.headgate.xds.model.Cluster;
import java.util.List;
import java.util.Optional;

/**
 * Makes clusters as their policies want them; without the policy for traffic where proxies would
 * refuse what it says.
 *
 * <p>Thread: immutable.
 */
record ClusterCompiler(ConfigImage image, Policies policies, ValueCheck check) {

  /**
   * The cluster of a service's port.
   *
   * @param caller who has a certificate to show; empty for everybody else
   * @param found takes what proxies would refuse
   */
  Optional<Compiled<Cluster>> cluster(
      Service service, Service.Port port, Optional<TlsCaller> caller, List<Problem> found) {
    Optional<BackendTrafficPolicy> policy = policies.of(service, port);
    Optional<ServiceCompiler.Security> tls =
        policies
            .tls(service, port)
            .map(p ->
                new ServiceCompiler.Security(
                    p.key(), caller, BackendTlsRules.tls(p, port, caller, image)));
    for (Optional<BackendTrafficPolicy> attempt :
        policy.isPresent()
            ? List.of(policy, Optional.<BackendTrafficPolicy>empty())
            : List.of(policy)) {
      ObjectKey toBlame = attempt.map(BackendTrafficPolicy::key).orElse(service.key());
      try {
        Compiled<Cluster> cluster = ServiceCompiler.cluster(service, port, attempt, tls);
        List<ValueCheck.Finding> findings = check.cluster(cluster.value());
        if (findings.isEmpty()) {
          return Optional.of(cluster);
        }
        findings.forEach(finding -> found.add(GatewayCompiler.problem(toBlame, "", finding)));
      } catch (IllegalArgumentException e) {
        found.add(
            GatewayCompiler.problem(
                toBlame, "", new ValueCheck.Finding("", "", String.valueOf(e.getMessage()), "")));
      }
    }
    return Optional.empty();
  }
}
