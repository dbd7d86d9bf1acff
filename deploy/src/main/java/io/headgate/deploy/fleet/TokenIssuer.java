package io.headgate.deploy.fleet;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Issues ES256 tokens with a key made for one run. */
public final class TokenIssuer {

  private final String issuer;
  private final ECKey key;

  /** An issuer with a new key. */
  public TokenIssuer(String issuer) {
    this.issuer = issuer;
    try {
      this.key = new ECKeyGenerator(Curve.P_256).keyID("run").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key as a JSON Web Key Set. */
  public String jwks() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  /** A good token when {@code life} is positive, an expired one when it is negative. */
  public String token(String audience, Duration life) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
              claims(audience, life));
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token with {@code alg: none} and no signature. */
  public String unsigned(String audience) {
    return new PlainJWT(claims(audience, Duration.ofMinutes(5))).serialize();
  }

  private JWTClaimsSet claims(String audience, Duration life) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject("someone")
        .audience(audience)
        .expirationTime(Date.from(Instant.now().plus(life)))
        .build();
  }
}
