package io.headgate.dataplane.xds.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One resource as the client knows it, for the admin interface.
 *
 * @param version accepted; empty when none was
 * @param rejectedVersion newer and refused; empty when the newest was accepted
 */
public record ResourceView(
    String name, String version, String rejectedVersion, String rejectedReason) {
  public static List<ResourceView> of(TypeLedger type) {
    TreeSet<String> names = new TreeSet<>(type.held().keySet());
    names.addAll(type.refused().keySet());
    List<ResourceView> views = new ArrayList<>();
    for (String name : names) {
      NamedResource held = type.held().get(name);
      TypeLedger.Refusal refusal = type.refused().get(name);
      views.add(
          new ResourceView(
              name,
              held == null ? "" : held.version(),
              refusal == null ? "" : refusal.version(),
              refusal == null ? "" : refusal.reason()));
    }
    return views;
  }
}
