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
import org.jspecify.annotations.Nullable;

/**
 * What a proxy starts with.
 *
 * @param admin null for no admin listener
 * @param reports what the proxy sends by itself
 * @param process rules of the process as a whole
 * @param secrets by the names that TLS contexts use
 */
public record Bootstrap(
    Node node,
    List<Listener> listeners,
    List<Cluster> clusters,
    DynamicResources dynamicResources,
    @Nullable Address admin,
    Reports reports,
    ProcessRules process,
    List<Secret> secrets) {
  /** A bootstrap without secrets. */
  public Bootstrap(
      Node node,
      List<Listener> listeners,
      List<Cluster> clusters,
      DynamicResources dynamicResources,
      @Nullable Address admin,
      Reports reports,
      ProcessRules process) {
    this(node, listeners, clusters, dynamicResources, admin, reports, process, List.of());
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
    secrets = List.copyOf(secrets);
    Checks.require(
        secrets.stream().map(Secret::name).distinct().count() == secrets.size(),
        "names of secrets must be unique");
    listeners = List.copyOf(listeners);
    clusters = List.copyOf(clusters);
    Set<String> names = new HashSet<>();
    for (Cluster cluster : clusters) {
      Checks.require(names.add(cluster.name()), "duplicate cluster " + cluster.name());
    }
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
    Set<String> listenerNames = new HashSet<>();
    for (Listener listener : listeners) {
      Checks.require(listenerNames.add(listener.name()), "duplicate listener " + listener.name());
    }
  }

  /** Where load reports go; null for none. */
  public @Nullable GrpcApi loadStats() {
    return reports.loadStats();
  }
}
