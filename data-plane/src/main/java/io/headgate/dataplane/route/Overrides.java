package io.headgate.dataplane.route;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.FilterOverride;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The per-route config of all filters for one route, worked out over its levels.
 *
 * <p>Thread: immutable.
 */
final class Overrides implements RouteOverrides {

  private final Map<String, Entry> entries;

  private record Entry(List<Object> configs, @Nullable Boolean disabled) {}

  private Overrides(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /** Takes the levels from the least to the most specific. */
  static RouteOverrides compile(
      List<Map<String, FilterConfig>> levels, RouteServices.OverridePreparer preparer) {
    Map<String, Entry> entries = new HashMap<>();
    for (Map<String, FilterConfig> level : levels) {
      for (Map.Entry<String, FilterConfig> override : level.entrySet()) {
        String name = override.getKey();
        Entry before = entries.getOrDefault(name, new Entry(List.of(), null));
        entries.put(name, with(before, name, override.getValue(), preparer));
      }
    }
    return entries.isEmpty() ? RouteOverrides.NONE : new Overrides(Map.copyOf(entries));
  }

  private static Entry with(
      Entry before, String name, FilterConfig config, RouteServices.OverridePreparer preparer) {
    if (config instanceof FilterOverride override) {
      FilterConfig inner = override.config();
      return new Entry(
          inner == null ? before.configs() : plus(before.configs(), preparer.prepare(name, inner)),
          override.disabled());
    }
    return new Entry(plus(before.configs(), preparer.prepare(name, config)), before.disabled());
  }

  private static List<Object> plus(List<Object> configs, Object config) {
    List<Object> more = new ArrayList<>(configs);
    more.add(config);
    return List.copyOf(more);
  }

  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public @Nullable Object mostSpecific(String filterName) {
    Entry entry = entries.get(filterName);
    return entry == null || entry.configs().isEmpty() ? null : entry.configs().getLast();
  }

  @Override
  public List<Object> all(String filterName) {
    Entry entry = entries.get(filterName);
    return entry == null ? List.of() : entry.configs();
  }

  @Override
  public @Nullable Boolean disabled(String filterName) {
    Entry entry = entries.get(filterName);
    return entry == null ? null : entry.disabled();
  }
}
