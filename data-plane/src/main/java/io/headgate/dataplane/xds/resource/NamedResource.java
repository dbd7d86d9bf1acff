package io.headgate.dataplane.xds.resource;

import com.google.protobuf.Any;

/**
 * One resource as it came: still encoded.
 *
 * @param version with delta the resource's own version, with SotW that of the response
 */
public record NamedResource(String name, String version, Any body) {}
