package io.headgate.dataplane.filter;

/**
 * Makes templates of one kind of filter.
 *
 * <p><b>Thread:</b> the config thread; no I/O. <b>Errors:</b> configs were validated when they were
 * decoded, so neither method fails for a config.
 *
 * @param <C> the filter's config record
 */
public interface FilterFactory<C> {
  /** Makes the template for a config, once per config generation. */
  FilterTemplate create(C config, FilterContext context);

  /**
   * Prepares a per-route config; what it returns is what {@link FilterStream#routeConfig()} gives.
   * By default the record itself.
   */
  default Object createRouteConfig(Object config, FilterContext context) {
    return config;
  }
}
