package io.headgate.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may pass, and what may pass either way.
 *
 * @param targets gateways or routes; the most specific wins
 * @param jwt null when tokens are not looked at
 * @param cors null when browsers are told nothing
 */
public record SecurityPolicy(
    ObjectMeta metadata,
    List<TargetRef> targets,
    @Nullable Jwt jwt,
    @Nullable CorsRules cors,
    HeaderHygiene headers)
    implements FleetObject {

  public SecurityPolicy {
    targets = List.copyOf(targets);
  }

  /** A policy for tokens alone. */
  public SecurityPolicy(ObjectMeta metadata, List<TargetRef> targets, @Nullable Jwt jwt) {
    this(metadata, targets, jwt, null, HeaderHygiene.NONE);
  }

  @Override
  public Kind kind() {
    return Kind.SECURITY_POLICY;
  }

  /**
   * Token rules.
   *
   * @param optional a request without a token passes; one with a bad token never does
   * @param providers a token of any of them passes; never empty
   */
  public record Jwt(boolean optional, List<Provider> providers) {
    public Jwt {
      providers = List.copyOf(providers);
    }
  }

  /**
   * An issuer of tokens.
   *
   * @param issuer the {@code iss} claim; null for any
   * @param audiences one of them must be in {@code aud}; empty for any
   * @param jwks the public keys as a JSON Web Key Set
   * @param headers where a token is looked for; empty for {@code Authorization: Bearer}
   * @param forward whether the backend sees the token
   */
  public record Provider(
      String name,
      @Nullable String issuer,
      List<String> audiences,
      String jwks,
      List<TokenHeader> headers,
      boolean forward) {
    public Provider {
      audiences = List.copyOf(audiences);
      headers = List.copyOf(headers);
    }
  }

  /** A header that carries a token; the name in lower case, the prefix possibly empty. */
  public record TokenHeader(String name, String valuePrefix) {}
}
