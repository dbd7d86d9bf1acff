package io.headgate.dataplane.load;

import io.headgate.dataplane.endpoint.HostSet;

/**
 * A cluster as load reports see it.
 *
 * @param name the cluster's name
 * @param serviceName the name of its endpoints, empty when it is the cluster's
 * @param hosts the hosts in force
 */
public record ReportedCluster(String name, String serviceName, HostSet hosts) {}
