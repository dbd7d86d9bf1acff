package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.filters.jwtauthn.Issuer.Accepted;
import io.headgate.dataplane.filters.jwtauthn.Issuer.Outcome;
import io.headgate.dataplane.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A compiled requirement. Immutable; checking changes nothing in the request. */
sealed interface Check {
  Outcome check(RequestHead head);

  /** A good token of one provider. */
  record OfIssuer(Issuer issuer, Set<String> audiences) implements Check {
    @Override
    public Outcome check(RequestHead head) {
      return issuer.check(head, audiences);
    }
  }

  /** The first that passes; else the failure that says most. */
  record AnyOf(List<Check> checks) implements Check {
    @Override
    public Outcome check(RequestHead head) {
      Outcome told = Outcome.failed(JwtStatus.MISSING);
      for (Check check : checks) {
        Outcome outcome = check.check(head);
        if (outcome.status() == JwtStatus.OK) {
          return outcome;
        }
        boolean vague =
            told.status() == JwtStatus.MISSING || told.status() == JwtStatus.UNKNOWN_ISSUER;
        if (vague && outcome.status() != JwtStatus.MISSING) {
          told = outcome;
        }
      }
      return told;
    }
  }

  /** All must pass; the first failure counts. */
  record AllOf(List<Check> checks) implements Check {
    @Override
    public Outcome check(RequestHead head) {
      List<Accepted> accepted = new ArrayList<>();
      for (Check check : checks) {
        Outcome outcome = check.check(head);
        if (outcome.status() != JwtStatus.OK) {
          return outcome;
        }
        accepted.addAll(outcome.accepted());
      }
      return new Outcome(JwtStatus.OK, accepted);
    }
  }

  /**
   * No token is fine; a token must be good for one of the issuers, unless failures are let pass.
   *
   * @param orFailed whether bad tokens pass as well
   */
  record Optional(List<Issuer> issuers, boolean orFailed) implements Check {
    @Override
    public Outcome check(RequestHead head) {
      Outcome told = new Outcome(JwtStatus.OK, List.of());
      for (Issuer issuer : issuers) {
        Outcome outcome = issuer.check(head, issuer.configuredAudiences());
        if (outcome.status() == JwtStatus.OK) {
          return outcome;
        }
        boolean vague = told.status() == JwtStatus.OK || told.status() == JwtStatus.UNKNOWN_ISSUER;
        if (!orFailed && vague && outcome.status() != JwtStatus.MISSING) {
          told = outcome;
        }
      }
      return told;
    }
  }
}
