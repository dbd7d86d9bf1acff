package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.filter.HttpFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The HTTP filters of a connection manager, ready to make the filters of streams. Immutable.
 *
 * @param slots the filters in the order of the request, without the terminal one
 * @param terminalName by which routes override the terminal filter
 */
public record FilterChain(List<Slot> slots, String terminalName, FilterTemplate.Terminal terminal) {
  static final StreamFilter[] NO_FILTERS = {};

  /**
   * One filter of the chain.
   *
   * @param disabled off unless the route switches it on
   */
  public record Slot(String name, FilterTemplate.Passing template, boolean disabled) {}

  public FilterChain {
    slots = List.copyOf(slots);
  }

  /** Makes the filters of a stream, those that its route switches off left out. */
  StreamFilter[] newFilters(HcmStream stream) {
    int count = slots.size();
    if (count == 0) {
      return NO_FILTERS;
    }
    StreamRoute route = stream.route();
    RouteOverrides overrides = route == null ? RouteOverrides.NONE : route.overrides();
    StreamFilter[] filters = new StreamFilter[count];
    int n = 0;
    for (int i = 0; i < count; i++) {
      Slot slot = slots.get(i);
      if (isOff(slot, overrides)) {
        continue;
      }
      StreamFilter filter = slot.template().newStream();
      filter.attach(new FilterHandle(stream, slot.name(), n));
      filters[n++] = filter;
    }
    return n < count ? Arrays.copyOf(filters, n) : filters;
  }

  private static boolean isOff(Slot slot, RouteOverrides overrides) {
    if (overrides.isEmpty()) {
      return slot.disabled();
    }
    Boolean disabled = overrides.disabled(slot.name());
    return disabled == null ? slot.disabled() : disabled;
  }

  /**
   * Builds the chain of a config.
   *
   * @param scope meters under {@code http.<stat_prefix>}
   * @throws IllegalArgumentException when a filter has no factory, or one stands where it cannot
   */
  public static FilterChain build(
      List<HttpFilter> filters, FilterRegistry registry, Scope scope, Meters meters) {
    List<Slot> slots = new ArrayList<>();
    for (HttpFilter filter : filters) {
      FilterContext context = new FilterContext(filter.name(), scope, meters);
      switch (registry.template(filter.config(), context)) {
        case FilterTemplate.Passing passing ->
            slots.add(new Slot(filter.name(), passing, filter.disabled()));
        case FilterTemplate.Terminal terminal -> {
          if (slots.size() != filters.size() - 1) {
            throw new IllegalArgumentException(filter.name() + " must be the last filter");
          }
          return new FilterChain(slots, filter.name(), terminal);
        }
      }
    }
    throw new IllegalArgumentException("the last filter must be a terminal one");
  }
}
