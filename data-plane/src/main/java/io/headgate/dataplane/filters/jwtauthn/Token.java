package io.headgate.dataplane.filters.jwtauthn;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token in the compact form of RFC 7515 that was parsed but not verified.
 *
 * @param payloadText the payload as it stands in the token, base64url without padding
 * @param issuer empty when there is none
 * @param expires seconds since 1970, 0 for never
 * @param notBefore seconds since 1970
 */
record Token(
    Signed signed,
    String payloadText,
    Map<String, Object> claims,
    String issuer,
    List<String> audiences,
    long expires,
    long notBefore) {
  /** Longer texts are refused unread: a head of 60 KiB shall not cost 60 KiB of base64. */
  static final int MAX_CHARS = 16 * 1024;

  static final Set<String> ALGORITHMS =
      Set.of(
          "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
          "PS384", "PS512", "EdDSA");

  /**
   * What the signature is about.
   *
   * @param kid empty when the token names no key
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Signed(String algorithm, String kid, byte[] input, byte[] signature) {}

  /** A token, or why the text is none. */
  sealed interface Parsed {
    /** A well-formed token. */
    record Good(Token token) implements Parsed {}

    /** No token. */
    record Bad(JwtStatus status) implements Parsed {}
  }

  static Parsed parse(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (text.length() > MAX_CHARS
        || first <= 0
        || second <= first + 1
        || second == text.length() - 1
        || text.indexOf('.', second + 1) >= 0) {
      return new Parsed.Bad(JwtStatus.BAD_FORMAT);
    }
    byte[] headerBytes = decode(text.substring(0, first));
    if (headerBytes == null) {
      return new Parsed.Bad(JwtStatus.HEADER_BAD_BASE64);
    }
    Map<String, Object> header = StrictJson.object(headerBytes);
    if (header == null) {
      return new Parsed.Bad(JwtStatus.HEADER_BAD_JSON);
    }
    JwtStatus bad = badHeader(header);
    if (bad != null) {
      return new Parsed.Bad(bad);
    }
    String payload = text.substring(first + 1, second);
    byte[] payloadBytes = decode(payload);
    if (payloadBytes == null) {
      return new Parsed.Bad(JwtStatus.PAYLOAD_BAD_BASE64);
    }
    Map<String, Object> claims = StrictJson.object(payloadBytes);
    if (claims == null) {
      return new Parsed.Bad(JwtStatus.PAYLOAD_BAD_JSON);
    }
    bad = badClaims(claims);
    if (bad != null) {
      return new Parsed.Bad(bad);
    }
    byte[] signature = decode(text.substring(second + 1));
    if (signature == null) {
      return new Parsed.Bad(JwtStatus.SIGNATURE_BAD_BASE64);
    }
    byte[] input = text.substring(0, second).getBytes(US_ASCII);
    Signed signed = new Signed(string(header, "alg"), string(header, "kid"), input, signature);
    return new Parsed.Good(
        new Token(
            signed,
            payload,
            claims,
            string(claims, "iss"),
            audiences(claims.get("aud")),
            seconds(claims, "exp"),
            seconds(claims, "nbf")));
  }

  private static byte @Nullable [] decode(String text) {
    try {
      return text.indexOf('=') >= 0 ? null : Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable JwtStatus badHeader(Map<String, Object> header) {
    if (!(header.get("alg") instanceof String alg)) {
      return JwtStatus.HEADER_BAD_ALG;
    }
    if (!ALGORITHMS.contains(alg)) {
      return JwtStatus.HEADER_UNKNOWN_ALG;
    }
    if (header.containsKey("kid") && !(header.get("kid") instanceof String)) {
      return JwtStatus.HEADER_BAD_KID;
    }
    // RFC 7515 §4.1.11: an extension that is not understood must be refused, and none is.
    return header.containsKey("crit") ? JwtStatus.VERIFICATION_FAILED : null;
  }

  private static @Nullable JwtStatus badClaims(Map<String, Object> claims) {
    if (!isStringOrAbsent(claims, "iss")) {
      return JwtStatus.PAYLOAD_BAD_ISS;
    }
    if (!isStringOrAbsent(claims, "sub")) {
      return JwtStatus.PAYLOAD_BAD_SUB;
    }
    if (!isTimeOrAbsent(claims, "iat")) {
      return JwtStatus.PAYLOAD_BAD_IAT;
    }
    if (!isTimeOrAbsent(claims, "nbf")) {
      return JwtStatus.PAYLOAD_BAD_NBF;
    }
    if (!isTimeOrAbsent(claims, "exp")) {
      return JwtStatus.PAYLOAD_BAD_EXP;
    }
    if (!isStringOrAbsent(claims, "jti")) {
      return JwtStatus.PAYLOAD_BAD_JTI;
    }
    Object aud = claims.get("aud");
    boolean audience =
        aud == null
            || aud instanceof String
            || (aud instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
    return audience ? null : JwtStatus.PAYLOAD_BAD_AUD;
  }

  private static boolean isStringOrAbsent(Map<String, Object> object, String name) {
    return !object.containsKey(name) || object.get(name) instanceof String;
  }

  private static boolean isTimeOrAbsent(Map<String, Object> object, String name) {
    return switch (object.get(name)) {
      case null -> true;
      case Long time -> time >= 0;
      case Double time -> time >= 0 && time < 1e15;
      default -> false;
    };
  }

  private static String string(Map<String, Object> object, String name) {
    return object.get(name) instanceof String text ? text : "";
  }

  private static long seconds(Map<String, Object> object, String name) {
    return object.get(name) instanceof Number time ? time.longValue() : 0;
  }

  private static List<String> audiences(@Nullable Object aud) {
    return switch (aud) {
      case String one -> List.of(one);
      case List<?> list -> list.stream().map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }
}
