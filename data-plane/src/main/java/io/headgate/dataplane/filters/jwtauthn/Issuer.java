package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.filter.JwtProvider;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A compiled provider: finds its tokens in a request and checks them. Immutable.
 *
 * <p>The order of checks is Envoy's, for it shows in the answers: form, issuer, time, audience, and
 * the signature last.
 */
final class Issuer {
  /** A token that passed, and where it was. */
  record Accepted(Issuer issuer, Token token, TokenPlace place) {}

  /** The outcome of a check: OK with all tokens, or the first failure. */
  record Outcome(JwtStatus status, List<Accepted> accepted) {
    static Outcome failed(JwtStatus status) {
      return new Outcome(status, List.of());
    }
  }

  private final JwtProvider config;
  private final KeySet keys;
  private final List<TokenPlace> places;
  private final Set<String> audiences;
  private final InstantSource clock;
  final TokenForwarding forwarding;

  Issuer(JwtProvider config, KeySet keys, InstantSource clock) {
    this.config = config;
    this.keys = keys;
    this.clock = clock;
    places = TokenPlace.of(config.sources());
    audiences = audiences(config.audiences());
    forwarding = new TokenForwarding(config.forwarding());
  }

  static Set<String> audiences(List<String> configured) {
    Set<String> set = new HashSet<>();
    configured.forEach(a -> set.add(plain(a)));
    return Set.copyOf(set);
  }

  /** Audiences are compared without scheme and closing slash, as Envoy does. */
  private static String plain(String audience) {
    String text = audience;
    for (String scheme : List.of("https://", "http://")) {
      if (text.startsWith(scheme)) {
        text = text.substring(scheme.length());
        break;
      }
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  Set<String> configuredAudiences() {
    return audiences;
  }

  /** The headers that only this filter may set. */
  List<HeaderName> ownHeaders() {
    return forwarding.headers();
  }

  /** Checks all tokens of this provider in the request; every one must be good. */
  Outcome check(RequestHead head, Set<String> allowedAudiences) {
    List<Accepted> accepted = new ArrayList<>(1);
    for (TokenPlace place : places) {
      String text = place.find(head);
      if (text != null) {
        switch (Token.parse(text)) {
          case Token.Parsed.Bad bad -> {
            return Outcome.failed(bad.status());
          }
          case Token.Parsed.Good good -> {
            JwtStatus status = check(good.token(), allowedAudiences);
            if (status != JwtStatus.OK) {
              return Outcome.failed(status);
            }
            accepted.add(new Accepted(this, good.token(), place));
          }
        }
      }
    }
    return accepted.isEmpty()
        ? Outcome.failed(JwtStatus.MISSING)
        : new Outcome(JwtStatus.OK, accepted);
  }

  private JwtStatus check(Token token, Set<String> allowedAudiences) {
    if (!config.issuer().isEmpty() && !config.issuer().equals(token.issuer())) {
      return JwtStatus.UNKNOWN_ISSUER;
    }
    long now = clock.instant().getEpochSecond();
    long skew = config.clockSkew().toSeconds();
    if (token.notBefore() > now + skew) {
      return JwtStatus.NOT_YET_VALID;
    }
    if (token.expires() > 0 && now > token.expires() + skew) {
      return JwtStatus.EXPIRED;
    }
    if (!allowedAudiences.isEmpty()
        && token.audiences().stream().noneMatch(a -> allowedAudiences.contains(plain(a)))) {
      return JwtStatus.AUDIENCE_NOT_ALLOWED;
    }
    return keys.verify(token.signed());
  }
}
