package io.headgate.xds.model;

/**
 * Who a proxy is.
 *
 * @param metadata what the control plane is told beyond that
 */
public record Node(String id, String cluster, Locality locality, Value.Obj metadata) {}
