package io.headgate.dataplane.route;

import io.headgate.xds.model.filter.FilterConfig;

/**
 * What compiling a route table needs from outside.
 *
 * @param overrides prepares per-route configs of filters
 * @param formats compiles header values with command operators
 * @param runtime values that operators change
 */
public record RouteServices(
    OverridePreparer overrides, ValueFormat.Compiler formats, RuntimeFlags runtime) {

  /** Takes per-route configs as they are, and no command operators. */
  public static final RouteServices PLAIN =
      new RouteServices(
          (name, config) -> config, ValueFormat.Compiler.LITERALS_ONLY, RuntimeFlags.DEFAULTS);

  /** Turns the per-route config of a filter into what the filter's streams are given. */
  @FunctionalInterface
  public interface OverridePreparer {
    /**
     * Prepares one.
     *
     * @param filterName the filter's name in the chain
     */
    Object prepare(String filterName, FilterConfig config);
  }
}
