package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.value.Value;

/**
 * Who a proxy is.
 *
 * @param metadata what the control plane is told beyond that
 */
public record Node(String id, String cluster, Locality locality, Value.Obj metadata) {}
