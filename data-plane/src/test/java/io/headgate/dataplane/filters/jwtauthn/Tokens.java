package io.headgate.dataplane.filters.jwtauthn;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens with the JDK, independently of the library that the filter verifies with. */
final class Tokens {
  static final byte[] SECRET = "a secret of at least thirty-two bytes".getBytes(US_ASCII);

  /** Signs bytes. */
  interface Signer {
    byte[] sign(byte[] input) throws GeneralSecurityException;
  }

  /** A key with its public form. */
  record Key(String algorithm, JWK jwk, Signer signer) {}

  private Tokens() {}

  static Key rsa(String algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    return new Key(
        algorithm,
        new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID("rsa").build(),
        input -> sign("SHA256withRSA", pair.getPrivate(), input));
  }

  static Key ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    return new Key(
        "ES256",
        new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic()).keyID("ec").build(),
        input -> sign("SHA256withECDSAinP1363Format", pair.getPrivate(), input));
  }

  static Key ed25519() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new Key(
        "EdDSA",
        new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(raw)).keyID("ed").build(),
        input -> sign("Ed25519", pair.getPrivate(), input));
  }

  static Key secret() {
    return new Key(
        "HS256",
        new OctetSequenceKey.Builder(SECRET).keyID("hs").build(),
        input -> hmac(SECRET, input));
  }

  static byte[] hmac(byte[] secret, byte[] input) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return mac.doFinal(input);
  }

  private static byte[] sign(String name, PrivateKey key, byte[] input)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(name);
    signature.initSign(key);
    signature.update(input);
    return signature.sign();
  }

  static String jwks(Key... keys) {
    List<JWK> list = Arrays.stream(keys).map(Key::jwk).toList();
    return new JWKSet(list).toString(false);
  }

  static String token(Key key, String claims) throws GeneralSecurityException {
    String header = "{\"alg\":\"" + key.algorithm + "\",\"kid\":\"" + key.jwk.getKeyID() + "\"}";
    return token(header, claims, key.signer);
  }

  static String token(String header, String claims, Signer signer) throws GeneralSecurityException {
    String input = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
    return input + "." + encode(signer.sign(input.getBytes(US_ASCII)));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
