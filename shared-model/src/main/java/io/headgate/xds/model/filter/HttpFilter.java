package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;

/**
 * One HTTP filter of a connection manager.
 *
 * @param disabled off unless a route switches it on
 * @param optional Envoy's is_optional: it only says that an unknown filter could be left out
 */
public record HttpFilter(String name, FilterConfig config, boolean disabled, boolean optional) {
  public HttpFilter {
    Checks.notEmpty(name, "name");
  }
}
