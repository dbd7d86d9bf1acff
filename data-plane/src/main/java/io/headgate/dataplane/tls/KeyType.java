package io.headgate.dataplane.tls;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;

/** What kind of key a certificate has, in a closed list of words. */
public final class KeyType {
  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);

  private KeyType() {}

  /** For example {@code ecdsa_p256} or {@code rsa_2048}. */
  public static String of(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec ->
          switch (ec.getParams().getCurve().getField().getFieldSize()) {
            case 256 -> "ecdsa_p256";
            case 384 -> "ecdsa_p384";
            case 521 -> "ecdsa_p521";
            default -> "ecdsa_other";
          };
      case RSAPublicKey rsa -> {
        int bits = rsa.getModulus().bitLength();
        yield RSA_BITS.contains(bits) ? "rsa_" + bits : "rsa_other";
      }
      case EdECPublicKey _ -> "ed25519";
      default -> "other";
    };
  }
}
