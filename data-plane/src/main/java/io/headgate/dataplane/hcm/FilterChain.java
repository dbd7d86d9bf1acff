package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.HttpFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP filters of a connection manager, ready to make the filters of streams. Immutable.
 *
 * @param slots the filters in the order of the request, without the terminal one
 * @param terminalName by which routes override the terminal filter
 */
public record FilterChain(List<Slot> slots, String terminalName, FilterTemplate.Terminal terminal) {

  /**
   * One filter of the chain.
   *
   * @param disabled off unless the route switches it on
   */
  public record Slot(String name, FilterTemplate.Passing template, boolean disabled) {}

  public FilterChain {
    slots = List.copyOf(slots);
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
