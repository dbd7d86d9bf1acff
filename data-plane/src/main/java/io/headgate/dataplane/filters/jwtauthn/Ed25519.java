package io.headgate.dataplane.filters.jwtauthn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.OctetKeyPair;
import io.headgate.dataplane.filters.jwtauthn.Token.Signed;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/** Verifies Ed25519 signatures (RFC 8037) with the JDK. Immutable. */
final class Ed25519 {
  /** What comes before the 32 bytes of a key in its X.509 form (RFC 8410 §4). */
  private static final byte[] X509_PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final PublicKey key;

  Ed25519(OctetKeyPair pair) throws JOSEException {
    byte[] raw = pair.getDecodedX();
    byte[] encoded = new byte[X509_PREFIX.length + raw.length];
    System.arraycopy(X509_PREFIX, 0, encoded, 0, X509_PREFIX.length);
    System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
    try {
      key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new JOSEException("no Ed25519 key", e);
    }
  }

  boolean verify(Signed signed) throws JOSEException {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(signed.input());
      return signature.verify(signed.signature());
    } catch (GeneralSecurityException e) {
      throw new JOSEException("no Ed25519 signature", e);
    }
  }
}
