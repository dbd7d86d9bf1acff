package io.headgate.dataplane.filters.headermutation;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.route.ValueFormat;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;

/** Makes the header mutation filter. <b>Thread:</b> immutable, config thread. */
public final class HeaderMutationFactory implements FilterFactory<HeaderMutationConfig> {
  private final ValueFormat.Compiler formats;

  /** Makes the factory with the compiler for values that hold command operators. */
  public HeaderMutationFactory(ValueFormat.Compiler formats) {
    this.formats = formats;
  }

  @Override
  public FilterTemplate create(HeaderMutationConfig config, FilterContext context) {
    CompiledMutations own = CompiledMutations.compile(config.mutations(), formats);
    boolean mostSpecificWins = config.mostSpecificWins();
    return (FilterTemplate.Passing) () -> new HeaderMutationFilter(own, mostSpecificWins);
  }

  @Override
  public Object createRouteConfig(Object config, FilterContext context) {
    return config instanceof HeaderMutationPerRoute route
        ? CompiledMutations.compile(route.mutations(), formats)
        : config;
  }
}
