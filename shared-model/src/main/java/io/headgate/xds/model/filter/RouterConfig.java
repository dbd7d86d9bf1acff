package io.headgate.xds.model.filter;

/**
 * The terminal filter.
 *
 * @param suppressEnvoyHeaders whether x-envoy-* headers are left out
 * @param respectExpectedTimeout whether x-envoy-expected-rq-timeout-ms of a request is its timeout
 *     and stays
 */
public record RouterConfig(boolean suppressEnvoyHeaders, boolean respectExpectedTimeout)
    implements FilterConfig {
  public static final RouterConfig DEFAULT = new RouterConfig(false, false);
}
