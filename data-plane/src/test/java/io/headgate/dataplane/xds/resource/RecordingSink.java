package io.headgate.dataplane.xds.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Remembers what is offered, and refuses the names it is told to. */
public final class RecordingSink implements ResourceSink {
  public final List<String> offered = new ArrayList<>();
  public final List<String> removed = new ArrayList<>();
  public final Set<String> refuse = new TreeSet<>();

  @Override
  public Map<String, String> offer(
      ResourceType type, List<NamedResource> changed, Set<String> gone) {
    Map<String, String> refused = new HashMap<>();
    for (NamedResource resource : changed) {
      offered.add(resource.name() + "@" + resource.version());
      if (refuse.contains(resource.name())) {
        refused.put(resource.name(), "not today");
      }
    }
    removed.addAll(gone);
    return refused;
  }
}
