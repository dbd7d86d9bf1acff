package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.service.EndpointsCompiler;
import io.headgate.controlplane.compile.tls.BackendTlsRules;
import io.headgate.controlplane.compile.tls.SecretCompiler;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayClass;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Service;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compiles images one after the other, each time only what the change touches.
 *
 * <p>Thread: stateless but for the check; the fleet before is given each time.
 */
public final class FleetCompiler {
  /** The class of gateways that are ours even without a GatewayClass object. */
  static final String OWN_CLASS = "headgate";

  private final ValueCheck check;

  /**
   * Makes a compiler.
   *
   * @param check the proxies' own decoder
   */
  public FleetCompiler(ValueCheck check) {
    this.check = check;
  }

  /** Compiles an image from nothing. */
  public CompiledFleet compile(ConfigImage image) {
    CompiledFleet nothing =
        new CompiledFleet(
            ConfigImage.EMPTY,
            new TreeMap<>(),
            new TreeMap<>(),
            Map.of(),
            new CompiledFleet.Rebuilt(0, 0, 0),
            Policies.of(ConfigImage.EMPTY));
    return run(nothing, image, Dirty.everything(image), true);
  }

  /** Compiles what differs. The result equals that of {@link #compile(ConfigImage)}. */
  public CompiledFleet compile(CompiledFleet before, ConfigImage image, ConfigDelta delta) {
    return run(
        before,
        image,
        Dirty.of(before, image, delta),
        delta.objects().stream().anyMatch(FleetCompiler::isPolicy));
  }

  private static boolean isPolicy(ObjectKey key) {
    return switch (key.kind()) {
      case CLIENT_TRAFFIC_POLICY, BACKEND_TRAFFIC_POLICY, SECURITY_POLICY, BACKEND_TLS_POLICY ->
          true;
      case GATEWAY_CLASS,
          GATEWAY,
          HTTP_ROUTE,
          GRPC_ROUTE,
          TLS_ROUTE,
          TCP_ROUTE,
          REFERENCE_GRANT,
          SERVICE,
          SECRET,
          CONFIG_MAP,
          HOST,
          OVERRIDE ->
          false;
    };
  }

  private CompiledFleet run(
      CompiledFleet before, ConfigImage image, Dirty dirty, boolean newPolicies) {
    Policies policies = newPolicies ? Policies.of(image) : before.policies();
    Run run = new Run(image, policies, before);
    dirty.services().forEach(run::service);
    dirty.endpoints().stream()
        .filter(key -> !dirty.services().contains(key))
        .forEach(run::endpoints);
    if (!dirty.gateways().isEmpty()) {
      Map<ObjectKey, List<GatewayRoute>> routes = byGateway(image);
      dirty.gateways().forEach(key -> run.gateway(key, routes.getOrDefault(key, List.of())));
    }
    return run.finish();
  }

  private static Map<ObjectKey, List<GatewayRoute>> byGateway(ConfigImage image) {
    Map<ObjectKey, List<GatewayRoute>> routes = new HashMap<>();
    List<GatewayRoute> all = new ArrayList<>(Policies.all(image, Kind.HTTP_ROUTE, HttpRoute.class));
    all.addAll(Policies.all(image, Kind.GRPC_ROUTE, GrpcRoute.class));
    all.addAll(Policies.all(image, Kind.TLS_ROUTE, ConnectionRoute.class));
    all.addAll(Policies.all(image, Kind.TCP_ROUTE, ConnectionRoute.class));
    for (GatewayRoute route : all) {
      route.parents().stream()
          .map(HttpRoute.ParentRef::gateway)
          .distinct()
          .forEach(gateway -> routes.computeIfAbsent(gateway, key -> new ArrayList<>()).add(route));
    }
    return routes;
  }

  /**
   * Whether a gateway is ours: its class says so, or there is no such class and it has our name.
   */
  static boolean isOurs(Gateway gateway, ConfigImage image) {
    ObjectKey key =
        new ObjectKey(Kind.GATEWAY_CLASS, ObjectKey.DEFAULT_NAMESPACE, gateway.className());
    Optional<GatewayClass> gatewayClass = image.object(key, GatewayClass.class);
    return gatewayClass.map(GatewayClass::isOurs).orElse(gateway.className().equals(OWN_CLASS));
  }

  /** One compilation under way: maps are copied when they are first written. */
  private final class Run {
    private final ConfigImage image;
    private final Policies policies;
    private final SortedMap<ObjectKey, CompiledService> services;
    private final SortedMap<ObjectKey, CompiledGateway> gateways;
    private final Map<ObjectKey, List<Problem>> problems;
    private int clusters;
    private int assignments;
    private int gatewaysTouched;

    private Run(ConfigImage image, Policies policies, CompiledFleet before) {
      this.image = image;
      this.policies = policies;
      this.services = new TreeMap<>(before.services());
      this.gateways = new TreeMap<>(before.gateways());
      this.problems = new TreeMap<>(before.problems());
    }

    private void note(ObjectKey source, List<Problem> found) {
      if (found.isEmpty()) {
        problems.remove(source);
      } else {
        problems.put(source, List.copyOf(found));
      }
    }

    private void service(ObjectKey key) {
      Optional<Service> service = image.object(key, Service.class);
      List<Problem> found = new ArrayList<>();
      if (service.isEmpty()) {
        CompiledService gone = services.remove(key);
        clusters += gone == null ? 0 : gone.clusters().size();
      } else {
        Map<String, Compiled<Cluster>> made = new TreeMap<>();
        for (Service.Port port : service.get().ports()) {
          cluster(service.get(), port, found)
              .ifPresent(cluster -> made.put(cluster.name(), cluster));
        }
        services.put(
            key,
            new CompiledService(
                made, endpoints(service.get(), found), secrets(service.get(), made)));
      }
      note(key, found);
    }

    private Optional<Compiled<Cluster>> cluster(
        Service service, Service.Port port, List<Problem> found) {
      clusters++;
      return new ClusterCompiler(image, policies, check)
          .cluster(service, port, Optional.empty(), found);
    }

    /** What clusters ask for: authorities, and certificates to be shown. */
    private Map<String, Compiled<Secret>> secrets(
        Service service, Map<String, Compiled<Cluster>> clusters) {
      Map<String, Compiled<Secret>> secrets = SecretCompiler.shown(clusters.values(), image);
      for (Service.Port port : service.ports()) {
        policies
            .tls(service, port)
            .flatMap(policy -> BackendTlsRules.secret(policy, image))
            .ifPresent(secret -> secrets.put(secret.name(), secret));
      }
      return secrets;
    }

    private void endpoints(ObjectKey key) {
      CompiledService compiled = services.get(key);
      Optional<Service> service = image.object(key, Service.class);
      if (compiled == null || service.isEmpty()) {
        return;
      }
      if (problems.containsKey(key)) {
        service(key); // what was wrong may not be so any more
        return;
      }
      List<Problem> found = new ArrayList<>();
      services.put(key, compiled.withEndpoints(endpoints(service.get(), found)));
      note(key, found);
    }

    private Map<String, Compiled<ClusterLoadAssignment>> endpoints(
        Service service, List<Problem> found) {
      Map<String, Compiled<ClusterLoadAssignment>> made = new TreeMap<>();
      for (Service.Port port : service.ports()) {
        assignments++;
        Compiled<ClusterLoadAssignment> assignment =
            EndpointsCompiler.endpoints(service, port, image.hosts(service.key()));
        List<ValueCheck.Finding> findings = check.endpoints(assignment.value());
        if (findings.isEmpty()) {
          made.put(assignment.name(), assignment);
        }
        findings.forEach(finding -> found.add(GatewayCompiler.problem(service.key(), "", finding)));
      }
      return made;
    }

    private void gateway(ObjectKey key, List<GatewayRoute> routes) {
      Optional<Gateway> gateway = image.object(key, Gateway.class).filter(g -> isOurs(g, image));
      if (gateway.isEmpty()) {
        gatewaysTouched += gateways.remove(key) == null ? 0 : 1;
        note(key, List.of());
        return;
      }
      gatewaysTouched++;
      GatewayCompiler compiler = new GatewayCompiler(image, policies, check, gateway.get());
      gateways.put(key, compiler.compile(routes));
      note(key, compiler.problems());
    }

    private CompiledFleet finish() {
      return new CompiledFleet(
          image,
          Collections.unmodifiableSortedMap(services),
          Collections.unmodifiableSortedMap(gateways),
          Collections.unmodifiableMap(problems),
          new CompiledFleet.Rebuilt(clusters, assignments, gatewaysTouched),
          policies);
    }
  }
}
