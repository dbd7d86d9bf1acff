package io.headgate.dataplane.filters.jwtauthn;

/** What came out of a token's check, with the words of Envoy's answers. */
enum JwtStatus {
  OK("OK"),
  MISSING("Jwt is missing"),
  EXPIRED("Jwt is expired"),
  NOT_YET_VALID("Jwt not yet valid"),
  BAD_FORMAT("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  HEADER_BAD_BASE64("Jwt header is an invalid Base64url encoded"),
  HEADER_BAD_JSON("Jwt header is an invalid JSON"),
  HEADER_BAD_ALG("Jwt header [alg] field is required and must be a string"),
  HEADER_UNKNOWN_ALG("Jwt header [alg] is not supported"),
  HEADER_BAD_KID("Jwt header [kid] field is not a string"),
  PAYLOAD_BAD_BASE64("Jwt payload is an invalid Base64url encoded"),
  PAYLOAD_BAD_JSON("Jwt payload is an invalid JSON"),
  PAYLOAD_BAD_ISS("Jwt payload [iss] field is not a string"),
  PAYLOAD_BAD_SUB("Jwt payload [sub] field is not a string"),
  PAYLOAD_BAD_IAT("Jwt payload [iat] field is not an integer"),
  PAYLOAD_BAD_NBF("Jwt payload [nbf] field is not an integer"),
  PAYLOAD_BAD_EXP("Jwt payload [exp] field is not an integer"),
  PAYLOAD_BAD_JTI("Jwt payload [jti] field is not a string"),
  PAYLOAD_BAD_AUD("Jwt payload [aud] field is not a string or string list"),
  SIGNATURE_BAD_BASE64("Jwt signature is an invalid Base64url encoded"),
  UNKNOWN_ISSUER("Jwt issuer is not configured"),
  AUDIENCE_NOT_ALLOWED("Audiences in Jwt are not allowed"),
  NO_KEY("Jwks doesn't have key to match kid or alg from Jwt"),
  VERIFICATION_FAILED("Jwt verification fails");

  private final String message;

  JwtStatus(String message) {
    this.message = message;
  }

  String message() {
    return message;
  }

  int httpStatus() {
    return this == AUDIENCE_NOT_ALLOWED ? 403 : 401;
  }

  String details() {
    return "jwt_authn_access_denied{" + message.replace(' ', '_') + "}";
  }
}
