package io.headgate.dataplane.router;

import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.TerminalFilter;

/**
 * What a config generation keeps of the router.
 *
 * @param suppressEnvoyHeaders whether x-envoy-* headers are left out
 * @param respectExpectedTimeout whether x-envoy-expected-rq-timeout-ms of a request is its timeout
 */
record RouterTemplate(
    RouterFactory factory, boolean suppressEnvoyHeaders, boolean respectExpectedTimeout)
    implements FilterTemplate.Terminal {
  @Override
  public TerminalFilter newStream() {
    return new RouterStream(this);
  }
}
