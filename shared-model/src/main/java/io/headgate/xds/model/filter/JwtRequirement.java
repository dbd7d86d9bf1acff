package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;
import java.util.List;

/** What a request must bring. */
public sealed interface JwtRequirement {
  /** A good token of the provider; with audiences, those count instead of the provider's. */
  record Provider(String name, List<String> audiences) implements JwtRequirement {
    public Provider {
      Checks.notEmpty(name, "provider_name");
      audiences = List.copyOf(audiences);
    }
  }

  /** One of them. */
  record AnyOf(List<JwtRequirement> requirements) implements JwtRequirement {
    public AnyOf {
      requirements = List.copyOf(requirements);
      Checks.require(requirements.size() >= 2, "requires_any needs at least two requirements");
      requireInline(requirements);
    }
  }

  /** All of them. */
  record AllOf(List<JwtRequirement> requirements) implements JwtRequirement {
    public AllOf {
      requirements = List.copyOf(requirements);
      Checks.require(requirements.size() >= 2, "requires_all needs at least two requirements");
      requireInline(requirements);
    }
  }

  /** No token is fine, a bad one is not. */
  record AllowMissing() implements JwtRequirement {}

  /** Tokens are read but nothing is asked. */
  record AllowMissingOrFailed() implements JwtRequirement {}

  /** An entry of the requirement map; only a rule names one. */
  record Named(String name) implements JwtRequirement {
    public Named {
      Checks.notEmpty(name, "requirement_name");
    }
  }

  private static void requireInline(List<JwtRequirement> requirements) {
    Checks.require(
        requirements.stream().noneMatch(r -> r instanceof Named),
        "a requirement by name cannot be part of another");
  }
}
