package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.List;

/**
 * One issuer of tokens: how to find, verify and pass on its tokens.
 *
 * @param issuer required "iss"; empty for any
 * @param audiences at least one must be in "aud"; empty for any
 * @param jwks JSON web key set, as text
 * @param clockSkew allowed for "exp" and "nbf", in whole seconds, 60 s by default
 */
public record JwtProvider(
    String issuer,
    List<String> audiences,
    String jwks,
    TokenSources sources,
    Forwarding forwarding,
    Duration clockSkew) {
  public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(60);

  /** Where tokens are looked for; when all is empty, authorization: Bearer and access_token. */
  public record TokenSources(List<HeaderSource> headers, List<String> params) {
    public static final TokenSources DEFAULT = new TokenSources(List.of(), List.of());

    public TokenSources {
      headers = List.copyOf(headers);
      params = List.copyOf(params);
    }
  }

  /** A header and what comes before the token in it. */
  public record HeaderSource(String name, String valuePrefix) {
    public HeaderSource {
      Checks.notEmpty(name, "name");
    }
  }

  /**
   * What the backend gets to see.
   *
   * @param forward whether the token itself stays in the request
   * @param payloadHeader header for the payload in base64url; empty for none
   * @param padPayloadHeader whether that has its padding
   * @param claimToHeaders claims copied to headers
   * @param payloadInMetadata key under which the payload goes to the stream's metadata; empty for
   *     none
   */
  public record Forwarding(
      boolean forward,
      String payloadHeader,
      boolean padPayloadHeader,
      List<ClaimToHeader> claimToHeaders,
      String payloadInMetadata) {
    public static final Forwarding NONE = new Forwarding(false, "", false, List.of(), "");

    public Forwarding {
      claimToHeaders = List.copyOf(claimToHeaders);
    }
  }

  /** A claim, nested ones with dots, and the header it goes to. */
  public record ClaimToHeader(String headerName, String claimName) {
    public ClaimToHeader {
      Checks.notEmpty(headerName, "header_name");
      Checks.notEmpty(claimName, "claim_name");
    }
  }

  public JwtProvider {
    audiences = List.copyOf(audiences);
    Checks.notEmpty(jwks, "local_jwks");
    Checks.require(
        clockSkew.equals(Duration.ofSeconds(clockSkew.toSeconds())) && clockSkew.isPositive(),
        "clock_skew_seconds must be whole seconds, at least one");
  }
}
