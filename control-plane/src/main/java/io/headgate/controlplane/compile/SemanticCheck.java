package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.tls.TlsStaples;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.fleet.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A dry run: what proxies would refuse if objects were accepted into an image.
 *
 * <p>What is missing elsewhere (a service that a route names) is no violation: it shows in the
 * object's conditions and heals.
 *
 * <p>Thread: any; stateless.
 */
public final class SemanticCheck {
  private final FleetCompiler compiler;

  /**
   * Makes a check.
   *
   * @param check the proxies' own decoder
   */
  public SemanticCheck(ValueCheck check) {
    this.compiler = new FleetCompiler(check);
  }

  /** What would be wrong with one object in this image; empty when nothing. */
  public List<Violation> check(FleetObject candidate, ConfigImage image) {
    return check(List.of(candidate), compiler.compile(image))
        .getOrDefault(candidate.key(), List.of());
  }

  /**
   * What would be wrong with each of some objects that come together, given the fleet as it is
   * compiled now.
   */
  public Map<ObjectKey, List<Violation>> check(
      Collection<FleetObject> candidates, CompiledFleet before) {
    ImageEdit edit = before.image().edit();
    Map<ObjectKey, Set<Violation>> found = new TreeMap<>();
    for (FleetObject candidate : candidates) {
      edit.object(
          candidate.key(),
          new AcceptedObject(
              candidate,
              Long.MAX_VALUE,
              before.image().created(candidate.key()),
              "dry run",
              "",
              ""));
      if (candidate instanceof BackendTrafficPolicy policy) {
        misplaced(policy)
            .forEach(v -> found.computeIfAbsent(policy.key(), k -> new LinkedHashSet<>()).add(v));
      }
      if (candidate instanceof Secret secret) {
        TlsStaples.violation(secret)
            .ifPresent(v -> found.put(secret.key(), new LinkedHashSet<>(Set.of(v))));
      }
    }
    CompiledFleet after =
        compiler.compile(before, edit.finish(before.image().provenance()), edit.delta());
    List<Problem> known = before.allProblems();
    for (Problem problem : after.allProblems()) {
      if (edit.delta().objects().contains(problem.object())) {
        found
            .computeIfAbsent(problem.object(), k -> new LinkedHashSet<>())
            .add(problem.violation());
      } else if (!known.contains(problem)) {
        // Another object cannot be carried out any more: whoever changes something now is to hear
        // of it.
        for (FleetObject candidate : candidates) {
          found
              .computeIfAbsent(candidate.key(), k -> new LinkedHashSet<>())
              .add(elsewhere(problem));
        }
      }
    }
    Map<ObjectKey, List<Violation>> result = new TreeMap<>();
    found.forEach((key, violations) -> result.put(key, List.copyOf(violations)));
    return result;
  }

  private static Violation elsewhere(Problem problem) {
    Violation violation = problem.violation();
    return new Violation(
        "",
        0,
        violation.value(),
        "breaks " + problem.object() + ": " + violation.reason(),
        violation.fix());
  }

  /** Settings of connections belong to a service: routes share its connections. */
  private static List<Violation> misplaced(BackendTrafficPolicy policy) {
    if (policy.targets().stream().noneMatch(target -> target.object().kind().isRoute())) {
      return List.of();
    }
    BackendSettings settings = policy.settings();
    List<Violation> found = new ArrayList<>();
    misplaced(found, "spec.loadBalancer", settings.loadBalancing() != null);
    misplaced(found, "spec.circuitBreaker", settings.circuitBreakers() != null);
    misplaced(found, "spec.healthCheck", !settings.health().equals(BackendSettings.Health.NONE));
    misplaced(found, "spec.feedback", settings.feedback() != null);
    misplaced(found, "spec.timeout.tcp.connectTimeout", settings.timeouts().connect() != null);
    misplaced(
        found,
        "spec.timeout.http.connectionIdleTimeout",
        settings.timeouts().connectionIdle() != null);
    misplaced(
        found,
        "spec.timeout.http.maxConnectionDuration",
        settings.timeouts().connectionMax() != null);
    return found;
  }

  private static void misplaced(List<Violation> found, String path, boolean set) {
    if (set) {
      found.add(
          new Violation(
              path,
              0,
              "",
              "has no effect for a route, whose services have connections of their own",
              "target the Service"));
    }
  }
}
