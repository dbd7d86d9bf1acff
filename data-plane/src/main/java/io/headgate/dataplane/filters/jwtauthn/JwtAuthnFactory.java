package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterFactory;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.route.RequestMatcher;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtRequirement;
import io.headgate.xds.model.filter.JwtRule;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the token filter. Key sets are parsed once for each text and kept for later generations.
 *
 * <p><b>Thread:</b> confined to the config thread; the templates may be used by all loops.
 */
public final class JwtAuthnFactory implements FilterFactory<JwtAuthnConfig> {
  private static final int MAX_KEY_SETS = 256;

  private final InstantSource clock;
  private final Map<String, KeySet> keySets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, KeySet> eldest) {
          return size() > MAX_KEY_SETS;
        }
      };

  /** Makes the factory with the clock that tokens expire by. */
  public JwtAuthnFactory(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public FilterTemplate create(JwtAuthnConfig config, FilterContext context) {
    Map<String, Issuer> issuers = new LinkedHashMap<>();
    for (Map.Entry<String, JwtProvider> entry : config.providers().entrySet()) {
      KeySet keys = keySets.computeIfAbsent(entry.getValue().jwks(), KeySet::parse);
      issuers.put(entry.getKey(), new Issuer(entry.getValue(), keys, clock));
    }
    Map<String, Check> named = new TreeMap<>();
    config.requirements().forEach((name, r) -> named.put(name, compile(r, issuers, Map.of())));
    List<JwtAuthnRules.Rule> rules = new ArrayList<>();
    for (JwtRule rule : config.rules()) {
      rules.add(
          new JwtAuthnRules.Rule(RequestMatcher.of(rule.match()), compile(rule, issuers, named)));
    }
    Scope scope = context.scope().scope("jwt_authn");
    JwtAuthnRules compiled =
        new JwtAuthnRules(
            List.copyOf(rules),
            named,
            issuers.values().stream().flatMap(i -> i.ownHeaders().stream()).distinct().toList(),
            config.bypassCorsPreflight(),
            config.stripFailureResponse());
    JwtAuthnMeters meters =
        new JwtAuthnMeters(
            scope.counter("allowed"),
            scope.counter("denied"),
            scope.counter("cors_preflight_bypassed"));
    return (FilterTemplate.Passing) () -> new JwtAuthnFilter(compiled, meters);
  }

  private static @Nullable Check compile(
      JwtRule rule, Map<String, Issuer> issuers, Map<String, Check> named) {
    return rule.requirement() == null ? null : compile(rule.requirement(), issuers, named);
  }

  private static Check compile(
      JwtRequirement requirement, Map<String, Issuer> issuers, Map<String, Check> named) {
    return switch (requirement) {
      case JwtRequirement.Provider provider -> {
        Issuer issuer = found(issuers.get(provider.name()), provider.name());
        Set<String> audiences =
            provider.audiences().isEmpty()
                ? issuer.configuredAudiences()
                : Issuer.audiences(provider.audiences());
        yield new Check.OfIssuer(issuer, audiences);
      }
      case JwtRequirement.AnyOf any -> new Check.AnyOf(anyOf(any, issuers, named));
      case JwtRequirement.AllOf all ->
          new Check.AllOf(
              all.requirements().stream().map(r -> compile(r, issuers, named)).toList());
      case JwtRequirement.AllowMissing _ ->
          new Check.Optional(List.copyOf(issuers.values()), false);
      case JwtRequirement.AllowMissingOrFailed _ ->
          new Check.Optional(List.copyOf(issuers.values()), true);
      case JwtRequirement.Named name -> found(named.get(name.name()), name.name());
    };
  }

  /** Beside other requirements, "missing is fine" is about the providers that those name. */
  private static List<Check> anyOf(
      JwtRequirement.AnyOf any, Map<String, Issuer> issuers, Map<String, Check> named) {
    Map<String, Issuer> mentioned = new LinkedHashMap<>();
    any.requirements().forEach(r -> mention(r, issuers, mentioned));
    Map<String, Issuer> scope = mentioned.isEmpty() ? issuers : mentioned;
    List<Check> checks = new ArrayList<>();
    for (JwtRequirement requirement : any.requirements()) {
      boolean optional =
          requirement instanceof JwtRequirement.AllowMissing
              || requirement instanceof JwtRequirement.AllowMissingOrFailed;
      checks.add(compile(requirement, optional ? scope : issuers, named));
    }
    return List.copyOf(checks);
  }

  private static void mention(
      JwtRequirement requirement, Map<String, Issuer> issuers, Map<String, Issuer> mentioned) {
    switch (requirement) {
      case JwtRequirement.Provider p ->
          mentioned.put(p.name(), found(issuers.get(p.name()), p.name()));
      case JwtRequirement.AnyOf any ->
          any.requirements().forEach(r -> mention(r, issuers, mentioned));
      case JwtRequirement.AllOf all ->
          all.requirements().forEach(r -> mention(r, issuers, mentioned));
      case JwtRequirement.AllowMissing _ -> {}
      case JwtRequirement.AllowMissingOrFailed _ -> {}
      case JwtRequirement.Named _ -> {}
    }
  }

  private static <T> T found(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("jwt_authn names " + name + ", which does not exist");
    }
    return value;
  }
}
