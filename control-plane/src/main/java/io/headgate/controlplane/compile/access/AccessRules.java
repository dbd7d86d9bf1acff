package io.headgate.controlplane.compile.access;

import io.headgate.fleet.CorsRules;
import io.headgate.fleet.HeaderHygiene;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.xds.model.filter.CorsPerRoute;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutation;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutations;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.filter.HeaderRulesPerRoute;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderAddition.Action;
import io.headgate.xds.model.match.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an access policy, and a CORS filter of a rule, become at a route.
 *
 * <p>Thread: any; stateless.
 */
public final class AccessRules {
  static final String CORS = "envoy.filters.http.cors";
  static final String RESPONSE_HEADERS = "envoy.filters.http.header_mutation";
  public static final String HEADER_RULES = "headgate.header_rules";

  /** What Gateway API has a preflight's answer be kept for, in seconds. */
  private static final int DEFAULT_MAX_AGE = 5;

  private static final String ANY = "*";

  private AccessRules() {}

  /** The configs of a route for each filter that has one. */
  public static Map<String, FilterConfig> perRoute(
      Optional<SecurityPolicy> policy, HttpRoute.Rule rule) {
    Map<String, FilterConfig> configs =
        new TreeMap<>(policy.map(TokenRules::perRoute).orElse(Map.of()));
    cors(rule)
        .or(() -> policy.flatMap(p -> Optional.ofNullable(p.cors())))
        .ifPresent(rules -> configs.put(CORS, cors(rules)));
    policy.map(SecurityPolicy::headers).ifPresent(headers -> headers(headers, configs));
    return configs;
  }

  private static Optional<CorsRules> cors(HttpRoute.Rule rule) {
    return rule.filters().stream()
        .filter(HttpFilter.Cors.class::isInstance)
        .map(filter -> ((HttpFilter.Cors) filter).rules())
        .findFirst();
  }

  /** Whether a rule has a CORS filter of its own. */
  static boolean hasCors(HttpRoute.Rule rule) {
    return cors(rule).isPresent();
  }

  private static CorsPerRoute cors(CorsRules rules) {
    int age = rules.maxAgeSeconds() == null ? DEFAULT_MAX_AGE : rules.maxAgeSeconds();
    return new CorsPerRoute(
        rules.origins().stream().map(AccessRules::origin).toList(),
        new CorsPerRoute.Answer(
            String.join(", ", rules.methods()),
            String.join(", ", rules.headers()),
            String.join(", ", rules.exposed()),
            Integer.toString(age),
            rules.credentials()),
        true);
  }

  private static StringMatcher origin(String origin) {
    if (origin.equals(ANY)) {
      return new StringMatcher(StringMatcher.Kind.SAFE_REGEX, ".*", false);
    }
    return origin.contains(ANY)
        ? new StringMatcher(
            StringMatcher.Kind.SAFE_REGEX,
            origin.replace(".", "\\.").replace("+", "\\+").replace(ANY, "[^/:]+"),
            false)
        : StringMatcher.exact(origin);
  }

  private static void headers(HeaderHygiene headers, Map<String, FilterConfig> to) {
    List<Mutation> response = new ArrayList<>();
    headers.removed().forEach(name -> response.add(new Mutation.Remove(name)));
    for (HeaderHygiene.Added added : headers.added()) {
      response.add(
          new Mutation.Append(
              new HeaderAddition(
                  added.name(),
                  added.value().replace("%", "%%"),
                  added.ifAbsent() ? Action.ADD_IF_ABSENT : Action.OVERWRITE_IF_EXISTS_OR_ADD,
                  true)));
    }
    if (!response.isEmpty()) {
      to.put(RESPONSE_HEADERS, new HeaderMutationPerRoute(new Mutations(List.of(), response)));
    }
    if (needsOwnFilter(headers)) {
      to.put(
          HEADER_RULES,
          new HeaderRulesPerRoute(allowed(headers.allowed()), headers.removedCookies()));
    }
  }

  private static HeaderRulesPerRoute.@Nullable Allowed allowed(@Nullable List<String> names) {
    if (names == null) {
      return null;
    }
    return new HeaderRulesPerRoute.Allowed(
        names.stream().filter(name -> !name.endsWith(ANY)).toList(),
        names.stream()
            .filter(name -> name.endsWith(ANY))
            .map(name -> name.substring(0, name.length() - 1))
            .toList());
  }

  /** Whether a policy asks for what only Headgate's own proxies have. */
  static boolean needsOwnFilter(HeaderHygiene headers) {
    return headers.allowed() != null || !headers.removedCookies().isEmpty();
  }

  /** Whether a policy changes headers of responses. */
  static boolean changesResponses(HeaderHygiene headers) {
    return !headers.removed().isEmpty() || !headers.added().isEmpty();
  }
}
