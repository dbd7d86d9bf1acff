package io.headgate.dataplane.xds.resource;

/**
 * A decoded resource.
 *
 * @param name what it was asked for by
 * @param version what the control plane calls this value; for reports
 */
public record Received<T>(String name, String version, T value) {}
