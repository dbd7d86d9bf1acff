package io.headgate.xds.codec.transport;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.CertificateValidation.Trust;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SecretValue;
import io.headgate.xds.model.tls.SessionTicketKeys;
import io.headgate.xds.model.tls.TlsCertificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes secrets: certificates, rules for the peer's, keys of session tickets. */
public final class SecretDecoder {
  private static final Map<String, SanMatcher.Type> SAN_TYPES =
      Map.of(
          "EMAIL", SanMatcher.Type.EMAIL,
          "DNS", SanMatcher.Type.DNS,
          "URI", SanMatcher.Type.URI,
          "IP_ADDRESS", SanMatcher.Type.IP_ADDRESS);
  private static final Map<String, Boolean> ACCEPTS_UNTRUSTED =
      Map.of("VERIFY_TRUST_CHAIN", false, "ACCEPT_UNTRUSTED", true);

  private SecretDecoder() {}

  public static Secret decode(MessageReader r) {
    String name = r.stringOrNull("name");
    SecretValue value =
        switch (r.which("type")) {
          case "tls_certificate" -> r.message("tls_certificate", SecretDecoder::certificate);
          case "validation_context" ->
              r.message("validation_context", v -> validation(v).complete());
          case "session_ticket_keys" -> r.message("session_ticket_keys", SecretDecoder::ticketKeys);
          case "" ->
              r.need(
                  "tls_certificate", null); // a secret without a value would be plaintext to come
          default -> throw new Refusal();
        };
    return new Secret(r.need("name", name), r.built(value));
  }

  static TlsCertificate certificate(MessageReader r) {
    DataSource chain = r.message("certificate_chain", SecretDecoder::source);
    DataSource key = r.message("private_key", SecretDecoder::source);
    @Nullable DataSource password = r.message("password", SecretDecoder::source);
    @Nullable DataSource staple = r.message("ocsp_staple", SecretDecoder::source);
    r.message("watched_directory", d -> d.string("path"));
    return new TlsCertificate(
        r.need("certificate_chain", chain), r.need("private_key", key), password, staple);
  }

  static SessionTicketKeys ticketKeys(MessageReader r) {
    List<DataSource> keys = r.list("keys", SecretDecoder::source);
    for (DataSource key : keys) {
      if (key instanceof DataSource.Inline inline && inline.bytes().length != 80) {
        r.refuse("keys", "a key has " + inline.bytes().length + " bytes", "use 80 random bytes");
        throw new Refusal();
      }
    }
    return new SessionTicketKeys(keys);
  }

  static CertificateValidation validation(MessageReader r) {
    DataSource ca = r.message("trusted_ca", SecretDecoder::source);
    DataSource crl = r.message("crl", SecretDecoder::source);
    r.message("watched_directory", d -> d.string("path"));
    Boolean acceptUntrusted = r.oneOf("trust_chain_verification", ACCEPTS_UNTRUSTED);
    boolean allowExpired = r.bool("allow_expired_certificate");
    boolean leafOnly = r.bool("only_verify_leaf_cert_crl");
    int depth = r.wrappedSmall("max_verify_depth", Trust.DEFAULT_DEPTH);
    r.onlyBool("require_signed_certificate_timestamp", false);
    PeerIdentity identity = identity(r);
    return new CertificateValidation(
        new Trust(ca, crl, leafOnly, allowExpired, r.built(acceptUntrusted), depth), identity);
  }

  private static PeerIdentity identity(MessageReader r) {
    List<SanMatcher> names = r.list("match_typed_subject_alt_names", SecretDecoder::san);
    List<String> hashes = new ArrayList<>();
    for (String hash : r.strings("verify_certificate_hash")) {
      String plain = hash.replace(":", "").toLowerCase(Locale.ROOT);
      if (!plain.matches("[0-9a-f]{64}")) {
        r.refuse(
            "verify_certificate_hash", "'" + hash + "' is no SHA-256", "use 64 hex characters");
      }
      hashes.add(plain);
    }
    List<String> spki = r.strings("verify_certificate_spki");
    for (String hash : spki) {
      if (!isSha256(hash)) {
        r.refuse(
            "verify_certificate_spki", "'" + hash + "' is no SHA-256", "use 32 bytes in base64");
      }
    }
    return new PeerIdentity(names, hashes, spki);
  }

  private static boolean isSha256(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == 32;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static SanMatcher san(MessageReader r) {
    SanMatcher.Type type = r.oneOf("san_type", SAN_TYPES);
    StringMatcher matcher = r.message("matcher", Shared::stringMatcher);
    return new SanMatcher(r.built(type), r.need("matcher", matcher));
  }

  /** A file or inline data; a variable of the environment is refused. */
  static DataSource source(MessageReader r) {
    r.message("watched_directory", d -> d.string("path"));
    return switch (r.which("specifier")) {
      case "filename" -> new DataSource.File(r.string("filename"));
      case "inline_string" ->
          new DataSource.Inline(r.string("inline_string").getBytes(StandardCharsets.UTF_8));
      case "inline_bytes" -> new DataSource.Inline(r.bytes("inline_bytes").toByteArray());
      default -> throw new Refusal();
    };
  }
}
