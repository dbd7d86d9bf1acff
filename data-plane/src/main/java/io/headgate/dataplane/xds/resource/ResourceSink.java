package io.headgate.dataplane.xds.resource;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the resources of one response, still encoded, and says which of them it refuses. */
interface ResourceSink {
  /**
   * Applies what it can. No I/O. Thread: the xds thread.
   *
   * @param changed new or changed resources that the client wants
   * @param removed names that are gone
   * @return name to reason of each refused resource; the others are in force or warm from now on
   */
  Map<String, String> offer(ResourceType type, List<NamedResource> changed, Set<String> removed);
}
