/**
 * A cluster: hosts, load balancing, pools, passive health and limits as one thing.
 *
 * <p>Job: keep the live object of a cluster over config and endpoint updates. {@link
 * io.headgate.dataplane.cluster.Cluster#create} makes one, {@code update} swaps its config and
 * {@code endpoints} its host set; neither touches the pools of hosts that stay. A cluster is warm
 * once it has had endpoints, or its wait for them is over. {@code close} drains it. Requests reach
 * it by {@link io.headgate.dataplane.cluster.ClusterLookup} and its loop's part by {@code onLoop}.
 *
 * <p>Thread: config calls come from one thread at a time; {@link
 * io.headgate.dataplane.cluster.LoopCluster} is confined to its loop. Imports: {@code current},
 * {@code endpoint}, {@code lb}, {@code upstream}, {@code health}, {@code observe}, {@code
 * xds.model}.
 */
@NullMarked
package io.headgate.dataplane.cluster;

import org.jspecify.annotations.NullMarked;
