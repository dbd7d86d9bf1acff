package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.route.RequestMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled token filter. Immutable.
 *
 * @param named requirements that routes may name, sorted
 * @param ownHeaders headers that only this filter may set: what a client sends in them is removed
 */
record JwtAuthnRules(
    List<Rule> rules,
    Map<String, Check> named,
    List<HeaderName> ownHeaders,
    boolean bypassCorsPreflight,
    boolean stripFailureResponse) {
  /** A rule; without a check its requests pass. */
  record Rule(RequestMatcher matcher, @Nullable Check check) {}
}
