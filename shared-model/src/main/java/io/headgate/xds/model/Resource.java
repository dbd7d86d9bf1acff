package io.headgate.xds.model;

/** A value that xDS serves under a type and a name. */
public sealed interface Resource
    permits Listener, RouteConfiguration, Cluster, ClusterLoadAssignment, Secret {
  /** The resource's name, unique among its type. */
  String name();
}
