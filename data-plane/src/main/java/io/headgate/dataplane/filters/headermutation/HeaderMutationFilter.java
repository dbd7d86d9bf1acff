package io.headgate.dataplane.filters.headermutation;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import java.util.List;

/** The header mutation filter in one stream. Confined to the stream's event loop. */
final class HeaderMutationFilter extends StreamFilter {
  private final CompiledMutations own;
  private final boolean mostSpecificWins;

  HeaderMutationFilter(CompiledMutations own, boolean mostSpecificWins) {
    this.own = own;
    this.mostSpecificWins = mostSpecificWins;
  }

  @Override
  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    own.request().forEach(m -> m.apply(head.headers(), head, null, stream().info()));
    for (Object level : levels()) {
      if (level instanceof CompiledMutations mutations) {
        mutations.request().forEach(m -> m.apply(head.headers(), head, null, stream().info()));
      }
    }
    return FilterAction.CONTINUE;
  }

  @Override
  public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
    RequestHead request = stream().requestHead();
    own.response().forEach(m -> m.apply(head.headers(), request, head, stream().info()));
    for (Object level : levels()) {
      if (level instanceof CompiledMutations mutations) {
        mutations.response().forEach(m -> m.apply(head.headers(), request, head, stream().info()));
      }
    }
    return FilterAction.CONTINUE;
  }

  /** The route's levels; what runs last wins, Envoy's default being the table. */
  private List<Object> levels() {
    List<Object> all = stream().routeConfigs();
    return mostSpecificWins || all.size() < 2 ? all : all.reversed();
  }
}
