package io.headgate.dataplane.xds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Remembers what is offered, and refuses the names it is told to. */
final class RecordingSink implements ResourceSink {
  final List<String> offered = new ArrayList<>();
  final List<String> removed = new ArrayList<>();
  final Set<String> refuse = new TreeSet<>();

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
