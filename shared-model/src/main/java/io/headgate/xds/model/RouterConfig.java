package io.headgate.xds.model;

/**
 * The terminal filter.
 *
 * @param suppressEnvoyHeaders whether x-envoy-* headers are left out
 */
public record RouterConfig(boolean suppressEnvoyHeaders) implements FilterConfig {
  public static final RouterConfig DEFAULT = new RouterConfig(false);
}
