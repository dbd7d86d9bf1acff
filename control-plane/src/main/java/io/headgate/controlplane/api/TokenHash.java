package io.headgate.controlplane.api;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A hash of a token: plain SHA-256 for tokens that nobody can guess, PBKDF2 (HMAC-SHA-256) for
 * others.
 */
public sealed interface TokenHash {
  /** A token of at least this many characters is taken as random and hashed once. */
  int LONG_TOKEN = 32;

  /** As in the tokens file. */
  String text();

  /** Whether {@code token} is the one; takes the same time for every wrong token of one length. */
  boolean matches(String token);

  /** Hashed once. */
  record Sha256(String hex) implements TokenHash {
    @Override
    public String text() {
      return "sha256:" + hex;
    }

    @Override
    public boolean matches(String token) {
      return same(sha256(token), hex);
    }
  }

  /** Hashed {@code iterations} times with a salt. */
  record Pbkdf2(int iterations, String saltHex, String hex) implements TokenHash {
    private static final int ITERATIONS = 600_000;

    @Override
    public String text() {
      return "pbkdf2:" + iterations + ":" + saltHex + ":" + hex;
    }

    @Override
    public boolean matches(String token) {
      return same(derive(token, iterations, saltHex), hex);
    }

    private static String derive(String token, int iterations, String saltHex) {
      PBEKeySpec spec =
          new PBEKeySpec(token.toCharArray(), HexFormat.of().parseHex(saltHex), iterations, 256);
      try {
        return HexFormat.of()
            .formatHex(
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has PBKDF2", e);
      } finally {
        spec.clearPassword();
      }
    }
  }

  /** The hash to keep of a new token. */
  static TokenHash of(String token, SecureRandom random) {
    if (token.length() >= LONG_TOKEN) {
      return new Sha256(sha256(token));
    }
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    String saltHex = HexFormat.of().formatHex(salt);
    return new Pbkdf2(Pbkdf2.ITERATIONS, saltHex, Pbkdf2.derive(token, Pbkdf2.ITERATIONS, saltHex));
  }

  /**
   * Reads what {@link #text} gives.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  static TokenHash parse(String text) {
    if (text.matches("sha256:[0-9a-f]{64}")) {
      return new Sha256(text.substring(7));
    }
    Matcher matcher = Forms.PBKDF2.matcher(text);
    if (matcher.matches()) {
      return new Pbkdf2(Integer.parseInt(matcher.group(1)), matcher.group(2), matcher.group(3));
    }
    throw new IllegalArgumentException(
        "neither sha256:<64 hex> nor pbkdf2:<iterations, at least 10000>:<salt, hex>:<64 hex>");
  }

  /** A hash that stands for the token in this process's memory. */
  static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
  }

  /** Compiled forms. */
  final class Forms {
    private static final Pattern PBKDF2 =
        Pattern.compile("pbkdf2:([1-9][0-9]{4,7}):((?:[0-9a-f]{2}){8,64}):([0-9a-f]{64})");

    private Forms() {}
  }
}
