package io.headgate.dataplane.filters.jwtauthn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.headgate.dataplane.filters.jwtauthn.Token.Signed;
import java.security.Provider;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one provider, ready to verify.
 *
 * <p>Each key has a fixed set of algorithms: the one it names, else those of its kind and curve. So
 * a public key never serves as an HMAC secret. <b>Thread:</b> immutable; verifiers keep no state.
 */
final class KeySet {
  /** BoringSSL verifies ten times as fast as the JDK's own providers. */
  private static final Provider CONSCRYPT = Conscrypt.newProvider();

  private record Key(String kid, Set<String> algorithms, Verifier verifier) {}

  /** Checks one signature. */
  private interface Verifier {
    boolean verify(Signed signed) throws JOSEException;
  }

  private final List<Key> keys;

  private KeySet(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a key set; keys of kinds that sign no tokens are left out.
   *
   * @throws IllegalArgumentException when the text is no key set; the config decoder has checked it
   */
  static KeySet parse(String jwks) {
    List<Key> keys = new ArrayList<>();
    try {
      for (JWK jwk : JWKSet.parse(jwks).getKeys()) {
        Key key = key(jwk);
        if (key != null) {
          keys.add(key);
        }
      }
    } catch (ParseException | JOSEException e) {
      throw new IllegalArgumentException("no usable key set", e);
    }
    return new KeySet(keys);
  }

  private static @Nullable Key key(JWK jwk) throws JOSEException {
    Set<String> family;
    Verifier verifier;
    switch (jwk) {
      case RSAKey rsa -> {
        family = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
        verifier = nimbus(new RSASSAVerifier(rsa));
      }
      case ECKey ec -> {
        String algorithm = ellipticAlgorithm(ec.getCurve());
        if (algorithm == null) {
          return null;
        }
        family = Set.of(algorithm);
        verifier = nimbus(new ECDSAVerifier(ec));
      }
      case OctetSequenceKey secret -> {
        family = Set.of("HS256", "HS384", "HS512");
        verifier = nimbus(new MACVerifier(secret));
      }
      case OctetKeyPair pair -> {
        if (!Curve.Ed25519.equals(pair.getCurve())) {
          return null;
        }
        family = Set.of("EdDSA");
        verifier = new Ed25519(pair)::verify;
      }
      default -> {
        return null;
      }
    }
    String kid = jwk.getKeyID() == null ? "" : jwk.getKeyID();
    if (jwk.getAlgorithm() == null) {
      return new Key(kid, family, verifier);
    }
    String named = jwk.getAlgorithm().getName();
    return family.contains(named) ? new Key(kid, Set.of(named), verifier) : null;
  }

  private static @Nullable String ellipticAlgorithm(Curve curve) {
    if (Curve.P_256.equals(curve)) {
      return "ES256";
    } else if (Curve.P_384.equals(curve)) {
      return "ES384";
    }
    return Curve.P_521.equals(curve) ? "ES512" : null;
  }

  private static Verifier nimbus(JWSVerifier verifier) {
    verifier.getJCAContext().setProvider(CONSCRYPT);
    return signed ->
        verifier.verify(
            new JWSHeader(JWSAlgorithm.parse(signed.algorithm())),
            signed.input(),
            Base64URL.encode(signed.signature()));
  }

  /** Whether one of the keys that may sign such a token has signed it. */
  JwtStatus verify(Signed signed) {
    boolean found = false;
    for (Key key : keys) {
      boolean candidate =
          key.algorithms.contains(signed.algorithm())
              && (signed.kid().isEmpty() || key.kid.isEmpty() || key.kid.equals(signed.kid()));
      if (candidate) {
        found = true;
        if (verifies(key, signed)) {
          return JwtStatus.OK;
        }
      }
    }
    return found ? JwtStatus.VERIFICATION_FAILED : JwtStatus.NO_KEY;
  }

  private static boolean verifies(Key key, Signed signed) {
    try {
      return key.verifier.verify(signed);
    } catch (JOSEException e) {
      // A signature of the wrong shape; whatever it is, it proves nothing.
      return false;
    }
  }
}
