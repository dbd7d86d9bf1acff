package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Checks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy starts with.
 *
 * @param resources those that the bootstrap itself holds
 * @param admin null for no admin listener
 * @param reports what the proxy sends by itself
 * @param process rules of the process as a whole
 */
public record Bootstrap(
    Node node,
    StaticResources resources,
    DynamicResources dynamicResources,
    @Nullable Address admin,
    Reports reports,
    ProcessRules process) {
  /** A bootstrap without secrets. */
  public Bootstrap(
      Node node,
      List<Listener> listeners,
      List<Cluster> clusters,
      DynamicResources dynamicResources,
      @Nullable Address admin,
      Reports reports,
      ProcessRules process) {
    this(
        node,
        new StaticResources(listeners, clusters, List.of()),
        dynamicResources,
        admin,
        reports,
        process);
  }

  /**
   * Resources that are there from the start and do not change.
   *
   * @param secrets by the names that TLS contexts use
   */
  public record StaticResources(
      List<Listener> listeners, List<Cluster> clusters, List<Secret> secrets) {
    public StaticResources {
      listeners = List.copyOf(listeners);
      clusters = List.copyOf(clusters);
      secrets = List.copyOf(secrets);
      unique("listener", listeners.stream().map(Listener::name));
      unique("cluster", clusters.stream().map(Cluster::name));
      Checks.require(
          secrets.stream().map(Secret::name).distinct().count() == secrets.size(),
          "names of secrets must be unique");
    }

    private static void unique(String what, Stream<String> names) {
      Set<String> seen = new HashSet<>();
      names.forEach(name -> Checks.require(seen.add(name), "duplicate " + what + " " + name));
    }
  }

  /** Listeners that the bootstrap holds. */
  public List<Listener> listeners() {
    return resources.listeners();
  }

  /** Clusters that the bootstrap holds. */
  public List<Cluster> clusters() {
    return resources.clusters();
  }

  /** Secrets that the bootstrap holds, by the names that TLS contexts use. */
  public List<Secret> secrets() {
    return resources.secrets();
  }

  /**
   * Rules of the process as a whole.
   *
   * @param overload null when the proxy does not watch itself
   * @param runtime later layers count before earlier ones; at most one is the admin interface's
   */
  public record ProcessRules(@Nullable OverloadManager overload, List<RuntimeLayer> runtime) {
    /** Nothing watched; runtime values by the admin interface only. */
    public static final ProcessRules DEFAULT =
        new ProcessRules(null, List.of(new RuntimeLayer.Admin("admin")));

    public ProcessRules {
      runtime = List.copyOf(runtime);
      Set<String> names = new HashSet<>();
      int admins = 0;
      for (RuntimeLayer layer : runtime) {
        Checks.require(names.add(layer.name()), "duplicate runtime layer " + layer.name());
        admins += layer instanceof RuntimeLayer.Admin ? 1 : 0;
      }
      Checks.require(admins <= 1, "only one runtime layer may be an admin_layer");
    }
  }

  /** How the proxy watches itself; null when it does not. */
  public @Nullable OverloadManager overload() {
    return process.overload();
  }

  public Bootstrap {
    Set<String> names = new HashSet<>();
    resources.clusters().forEach(cluster -> names.add(cluster.name()));
    List<String> used = new ArrayList<>();
    if (dynamicResources.ads() != null) {
      used.addAll(dynamicResources.ads().clusterNames());
    }
    if (reports.loadStats() != null) {
      used.addAll(reports.loadStats().clusterNames());
    }
    if (reports.metrics() != null) {
      used.add(reports.metrics().cluster());
    }
    for (String name : used) {
      Checks.require(
          names.contains(name), "cluster_name " + name + " is not among the static clusters");
    }
  }

  /** Why secrets can not come from a service at this cluster; empty when they can. */
  public String secretServiceProblem(String cluster) {
    if (node.id().isEmpty() || node.cluster().isEmpty()) {
      return "node.id and node.cluster must be set for secrets from a service";
    }
    String why =
        clusters().stream()
            .filter(one -> one.name().equals(cluster))
            .findFirst()
            .map(Cluster::streamProblem)
            .orElse("it is not among the bootstrap's static_resources");
    return why.isEmpty()
        ? ""
        : "sds_config.api_config_source names cluster \""
            + cluster
            + "\": "
            + why
            + "; name a static cluster of the bootstrap";
  }

  /** Where load reports go; null for none. */
  public @Nullable GrpcApi loadStats() {
    return reports.loadStats();
  }
}
