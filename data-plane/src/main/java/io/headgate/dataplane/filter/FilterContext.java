package io.headgate.dataplane.filter;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;

/**
 * What a filter's template may use of its surroundings.
 *
 * @param filterName the name of the filter in the chain, by which routes override it
 * @param scope meters under {@code http.<stat_prefix>}
 * @param meters all meters
 */
public record FilterContext(String filterName, Scope scope, Meters meters) {}
