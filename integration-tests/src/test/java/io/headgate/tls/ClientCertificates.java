package io.headgate.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which client certificates are let in, by every rule of a validation context. */
final class ClientCertificates implements Topic {
  private static final String CA = "trusted_ca: {filename: \"${clients_ca}\"}";
  private static final String CRL = "crl: {filename: \"${clients_crl}\"}";
  private static final String PINNED =
      "common_tls_context: {tls_certificates: [%s], validation_context: {%s}},"
          + " require_client_certificate: true";

  /** Door to what its validation context holds. */
  private static final Map<String, String> RULES = rules();

  private static Map<String, String> rules() {
    Map<String, String> rules = new TreeMap<>();
    rules.put("ca", CA);
    rules.put("two-cas", "trusted_ca: {filename: \"${both_ca}\"}");
    rules.put("dns-exact", CA + ", " + san("DNS", "exact: client.test"));
    rules.put("dns-exact-other", CA + ", " + san("DNS", "exact: other.test"));
    rules.put("dns-exact-of-wild", CA + ", " + san("DNS", "exact: a.fleet.test"));
    rules.put("dns-prefix", CA + ", " + san("DNS", "prefix: \"client.\""));
    rules.put("dns-suffix", CA + ", " + san("DNS", "suffix: \".test\""));
    rules.put("dns-contains", CA + ", " + san("DNS", "contains: lient"));
    rules.put("dns-regex", CA + ", " + san("DNS", "safe_regex: {regex: \"client\\\\.t.*\"}"));
    rules.put("dns-regex-part", CA + ", " + san("DNS", "safe_regex: {regex: \"client\"}"));
    rules.put("dns-capitals", CA + ", " + san("DNS", "exact: CLIENT.test, ignore_case: true"));
    rules.put("uri-exact", CA + ", " + san("URI", "exact: \"spiffe://one.test/web\""));
    rules.put("uri-prefix", CA + ", " + san("URI", "prefix: \"spiffe://one.test/\""));
    rules.put("uri-other", CA + ", " + san("URI", "prefix: \"spiffe://two.test/\""));
    rules.put("uri-as-dns", CA + ", " + san("DNS", "exact: \"spiffe://one.test/web\""));
    rules.put("email", CA + ", " + san("EMAIL", "exact: web@one.test"));
    rules.put("ip", CA + ", " + san("IP_ADDRESS", "exact: 10.1.2.3"));
    rules.put("ip-other", CA + ", " + san("IP_ADDRESS", "exact: 10.1.2.4"));
    rules.put(
        "any-of",
        CA
            + ", match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: no.test}},"
            + " {san_type: URI, matcher: {prefix: \"spiffe:\"}}]");
    rules.put("crl", CA + ", " + CRL);
    rules.put("crl-all", CA + ", crl: {filename: \"${all_crl}\"}");
    rules.put("crl-leaf", CA + ", " + CRL + ", only_verify_leaf_cert_crl: true");
    rules.put("depth-0", CA + ", max_verify_depth: 0");
    rules.put("depth-1", CA + ", max_verify_depth: 1");
    rules.put("depth-2", CA + ", max_verify_depth: 2");
    rules.put("hash", CA + ", verify_certificate_hash: [\"${good_hash}\"]");
    rules.put("hash-other", CA + ", verify_certificate_hash: [\"" + "0a".repeat(32) + "\"]");
    rules.put("spki", CA + ", verify_certificate_spki: [\"${good_spki}\"]");
    rules.put(
        "hash-or-spki",
        CA
            + ", verify_certificate_spki: [\"${good_spki}\"], verify_certificate_hash: [\""
            + "0a".repeat(32)
            + "\"]");
    rules.put("late", CA + ", allow_expired_certificate: true");
    rules.put("lenient", CA + ", trust_chain_verification: ACCEPT_UNTRUSTED");
    return rules;
  }

  private static String san(String type, String matcher) {
    return "match_typed_subject_alt_names: [{san_type: %s, matcher: {%s}}]"
        .formatted(type, matcher);
  }

  @Override
  public List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    RULES.forEach((name, rules) ->
        doors.add(
            Door.of("clients-" + name, PINNED.formatted(Door.certificate("default"), rules))));
    doors.add(Door.of("clients-maybe", Door.tls("default", "validation_context: {" + CA + "}")));
    return doors;
  }

  private static Case with(String certificate, String door, String verdict) {
    return Case.of(
        certificate + " at " + door,
        Client.of("clients-" + door, "default.test").shows(certificate),
        verdict);
  }

  private static Case without(String door, String verdict) {
    return Case.of("none at " + door, Client.of("clients-" + door, "default.test"), verdict);
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      for (Case one :
          List.of(
              with("good", "ca", "200"),
              with("stranger", "ca", "refused"),
              without("ca", "refused"),
              without("maybe", "200"),
              with("good", "maybe", "200"),
              with("stranger", "maybe", "refused"))) {
        cases.add(Case.of(one.name() + " " + version, one.client().flags(version), one.expected()));
      }
    }
    cases.addAll(
        List.of(
            with("rsa_client", "ca", "200"),
            with("nameless", "ca", "200"),
            with("below", "ca", "200"),
            with("expired", "ca", "refused"),
            with("server_only", "ca", "refused"),
            with("client_only", "ca", "200"),
            with("stranger", "two-cas", "200"),
            with("good", "two-cas", "200"),
            with("good", "dns-exact", "200"),
            with("nameless", "dns-exact", "refused"),
            with("fleet", "dns-exact", "refused"),
            with("good", "dns-exact-other", "refused"),
            with("fleet", "dns-exact-of-wild", "200"),
            with("good", "dns-prefix", "200"),
            with("fleet", "dns-prefix", "refused"),
            with("good", "dns-suffix", "200"),
            with("good", "dns-contains", "200"),
            with("fleet", "dns-contains", "refused"),
            with("good", "dns-regex", "200"),
            with("good", "dns-regex-part", "refused"),
            with("good", "dns-capitals", "200"),
            with("good", "uri-exact", "200"),
            with("good", "uri-prefix", "200"),
            with("good", "uri-other", "refused"),
            with("good", "uri-as-dns", "refused"),
            with("good", "email", "200"),
            with("fleet", "email", "refused"),
            with("good", "ip", "200"),
            with("good", "ip-other", "refused"),
            with("good", "any-of", "200"),
            with("fleet", "any-of", "refused")));
    cases.addAll(
        List.of(
            with("good", "crl", "200"),
            with("revoked", "crl", "refused"),
            with("below", "crl", "refused"),
            with("below", "crl-all", "200"),
            with("below", "crl-leaf", "refused"),
            with("good", "crl-leaf", "200"),
            with("revoked", "crl-leaf", "refused"),
            with("good", "depth-0", "200"),
            with("below", "depth-0", "refused"),
            with("good", "depth-1", "200"),
            with("below", "depth-1", "refused"),
            with("below", "depth-2", "200"),
            with("good", "hash", "200"),
            with("fleet", "hash", "refused"),
            with("good", "hash-other", "refused"),
            with("good", "spki", "200"),
            with("fleet", "spki", "refused"),
            with("good", "hash-or-spki", "200"),
            with("expired", "late", "200"),
            with("stranger", "late", "refused"),
            with("good", "lenient", "200"),
            with("stranger", "lenient", "200"),
            without("lenient", "refused")));
    return cases;
  }
}
