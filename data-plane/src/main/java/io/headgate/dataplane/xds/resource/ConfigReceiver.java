package io.headgate.dataplane.xds.resource;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes what the control plane sends, decoded. Implemented by {@code runtime}, joined in {@code
 * app}.
 *
 * <p>Each update method validates and builds, without I/O, and returns name to reason of what it
 * refuses: those are NACKed and the values before them stay. All else is accepted: it serves or
 * warms from now on.
 *
 * <p>Thread: the xds thread.
 */
public interface ConfigReceiver {
  /** Clusters that are new, changed or gone. */
  Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed);

  /** Endpoints that are new, changed or gone. */
  Map<String, String> endpoints(List<Received<ClusterLoadAssignment>> changed, Set<String> removed);

  /** Listeners that are new, changed or gone. */
  Map<String, String> listeners(List<Received<Listener>> changed, Set<String> removed);

  /** Route tables that are new, changed or gone. */
  Map<String, String> routes(List<Received<RouteConfiguration>> changed, Set<String> removed);

  /** Secrets that are new, changed or gone. */
  Map<String, String> secrets(List<Received<Secret>> changed, Set<String> removed);

  /**
   * The wait for a resource has ended: it came, was refused, does not exist, or did not come in
   * time. Once for each subscription to a name, after the update it came with.
   *
   * @param name {@code "*"} for a type of which everything is wanted
   */
  void settled(ResourceType type, String name);
}
