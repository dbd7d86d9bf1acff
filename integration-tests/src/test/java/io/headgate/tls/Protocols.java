package io.headgate.tls;

import static io.headgate.tls.Client.Show.ALPN;
import static io.headgate.tls.Client.Show.CIPHER;
import static io.headgate.tls.Client.Show.GROUP;
import static io.headgate.tls.Client.Show.NO_REQUEST;
import static io.headgate.tls.Client.Show.STAPLE;
import static io.headgate.tls.Client.Show.VERSION;

import java.util.ArrayList;
import java.util.List;

/** Versions, suites, groups, protocols above TLS, and OCSP staples. */
final class Protocols implements Topic {
  /** OpenSSL offers what is old only when it is asked to. */
  private static final String[] OLD = {"-cipher", "DEFAULT@SECLEVEL=0"};

  private static final String AES_128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
  private static final String AES_256 = "ECDHE-ECDSA-AES256-GCM-SHA384";
  private static final String CHACHA = "ECDHE-ECDSA-CHACHA20-POLY1305";

  private static String stapled(String staple, String policy) {
    return "common_tls_context: {tls_certificates: [{certificate_chain: {filename:"
        + " \"${stapled_pem}\"}, private_key: {filename: \"${stapled_key}\"}, ocsp_staple:"
        + " {filename: \"${"
        + staple
        + "}\"}}]}, ocsp_staple_policy: "
        + policy;
  }

  @Override
  public List<Door> doors() {
    return List.of(
        Door.of("any", Door.tls("exact")),
        Door.of("any-rsa", Door.tls("rsa")),
        Door.of("v12", Door.tls("exact", "tls_params: {tls_maximum_protocol_version: TLSv1_2}")),
        Door.of("v13", Door.tls("exact", "tls_params: {tls_minimum_protocol_version: TLSv1_3}")),
        Door.of("strong", Door.tls("exact", "tls_params: {cipher_suites: [" + AES_256 + "]}")),
        Door.of(
            "ranked",
            Door.tls("exact", "tls_params: {cipher_suites: [" + CHACHA + ", " + AES_128 + "]}")),
        Door.of(
            "equal",
            Door.tls(
                "exact",
                "tls_params: {cipher_suites: [\"["
                    + AES_128
                    + "|"
                    + CHACHA
                    + "]\", "
                    + AES_256
                    + "]}")),
        Door.of(
            "obliging",
            Door.tls("exact", "tls_params: {cipher_suites: [" + AES_128 + ", " + AES_256 + "]}")
                + ", prefer_client_ciphers: true"),
        Door.of("groups", Door.tls("exact", "tls_params: {ecdh_curves: [P-384, P-256]}")),
        Door.of("h2-h1", Door.tls("exact", "alpn_protocols: [h2, http/1.1]")),
        Door.of("h2-h1-text", Door.tls("exact", "alpn_protocols: [\"h2,http/1.1\"]")),
        Door.of("h1", Door.tls("exact", "alpn_protocols: [http/1.1]")),
        Door.of("lenient", stapled("staple", "LENIENT_STAPLING")),
        Door.of("lenient-old", stapled("staple_old", "LENIENT_STAPLING")),
        Door.of("strict-old", stapled("staple_old", "STRICT_STAPLING")),
        Door.of("must", stapled("staple", "MUST_STAPLE")));
  }

  private static Client to(String door) {
    return Client.of(door, "exact.test");
  }

  private static Case version(String door, String version, String verdict) {
    return Case.of(version + " at " + door, to(door).flags("-" + version).show(VERSION), verdict);
  }

  private static Case alpn(String door, String offered, String verdict) {
    Client client = to(door).show(NO_REQUEST, ALPN);
    return Case.of(
        "ALPN " + offered + " at " + door,
        offered.equals("none") ? client : client.flags("-alpn", offered),
        verdict);
  }

  private static Case suites(String door, String offered, String verdict) {
    return Case.of(
        offered + " at " + door,
        to(door).flags("-tls1_2", "-cipher", offered).show(CIPHER),
        verdict);
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String door : List.of("any", "any-rsa", "v12")) {
      cases.add(Case.of("tls1 at " + door, to(door).flags("-tls1").flags(OLD), "refused"));
      cases.add(Case.of("tls1_1 at " + door, to(door).flags("-tls1_1").flags(OLD), "refused"));
    }
    cases.addAll(
        List.of(
            version("any", "tls1_2", "200 TLSv1.2"),
            version("any", "tls1_3", "200 TLSv1.3"),
            version("v12", "tls1_2", "200 TLSv1.2"),
            version("v12", "tls1_3", "refused"),
            version("v13", "tls1_2", "refused"),
            version("v13", "tls1_3", "200 TLSv1.3"),
            suites("any", AES_128, "200 " + AES_128),
            suites("any", AES_256, "200 " + AES_256),
            suites("any", CHACHA, "200 " + CHACHA),
            suites("any", AES_256 + ":" + AES_128, "200 " + AES_128),
            suites("any", CHACHA + ":" + AES_128, "200 " + CHACHA),
            suites("any", AES_128 + ":" + CHACHA, "200 " + AES_128),
            suites("any", "ECDHE-ECDSA-AES128-SHA", "refused"),
            suites("any-rsa", "ECDHE-RSA-AES128-GCM-SHA256", "200 ECDHE-RSA-AES128-GCM-SHA256"),
            suites("any-rsa", "AES128-GCM-SHA256", "refused"),
            suites("any-rsa", "AES128-SHA", "refused"),
            suites("any-rsa", AES_128, "refused"),
            suites("strong", AES_128, "refused"),
            suites("strong", AES_128 + ":" + AES_256, "200 " + AES_256),
            suites("ranked", AES_128 + ":" + CHACHA, "200 " + CHACHA),
            suites("equal", CHACHA + ":" + AES_128, "200 " + CHACHA),
            suites("equal", AES_256 + ":" + CHACHA + ":" + AES_128, "200 " + CHACHA),
            suites("obliging", AES_256 + ":" + AES_128, "200 " + AES_256),
            suites("obliging", AES_128 + ":" + AES_256, "200 " + AES_128)));
    cases.add(Case.of("TLS 1.3 with other suites of TLS 1.2", tls13("strong"), "200 TLSv1.3"));
    for (String suite :
        List.of(
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")) {
      cases.add(
          Case.of(
              suite,
              to("any").flags("-tls1_3", "-ciphersuites", suite).show(CIPHER),
              "200 " + suite));
    }
    cases.addAll(
        List.of(
            Case.of("groups", to("any").flags("-groups", "P-256:X25519").show(GROUP), "200 X25519"),
            Case.of(
                "groups, one left",
                to("any").flags("-groups", "P-256").show(GROUP),
                "200 prime256v1"),
            Case.of("groups, none left", to("any").flags("-groups", "P-521"), "refused"),
            Case.of(
                "groups in the listener's order",
                to("groups").flags("-groups", "P-256:P-384").show(GROUP),
                "200 secp384r1"),
            Case.of(
                "groups that are not listed", to("groups").flags("-groups", "X25519"), "refused"),
            alpn("h2-h1", "h2,http/1.1", "done h2"),
            alpn("h2-h1", "http/1.1,h2", "done h2"),
            alpn("h2-h1", "http/1.1", "done http/1.1"),
            alpn("h2-h1", "spdy/3", "done -"),
            alpn("h2-h1", "none", "done -"),
            alpn("h2-h1-text", "http/1.1,h2", "done h2"),
            alpn("h1", "h2,http/1.1", "done http/1.1"),
            alpn("h1", "h2", "done -"),
            alpn("any", "h2,http/1.1", "done -"),
            Case.of("staple", to("lenient").flags("-status").show(STAPLE), "200 stapled"),
            Case.of("staple not asked for", to("lenient").show(STAPLE), "200 unstapled"),
            Case.of("old staple", to("lenient-old").flags("-status").show(STAPLE), "200 unstapled"),
            Case.of("old staple, strict", to("strict-old").flags("-status"), "refused"),
            Case.of("old staple, strict, not asked for", to("strict-old"), "200"),
            Case.of(
                "staple that must be", to("must").flags("-status").show(STAPLE), "200 stapled")));
    return cases;
  }

  private static Client tls13(String door) {
    return to(door).flags("-tls1_3").show(VERSION);
  }
}
