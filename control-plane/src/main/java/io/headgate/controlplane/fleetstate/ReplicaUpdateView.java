package io.headgate.controlplane.fleetstate;

import java.util.List;

/**
 * One update of the exchange between replicas.
 *
 * @param published what the replica has published
 * @param complete true when {@code proxies} holds all there are
 * @param proxies states that replace what was known
 * @param forgotten node ids that are gone
 * @param nacks refusals since the last update
 * @param load windows since the last update
 */
record ReplicaUpdateView(
    GroupView.Published published,
    boolean complete,
    List<ProxyStatus> proxies,
    List<String> forgotten,
    List<Nack> nacks,
    List<LoadWindow> load) {}
