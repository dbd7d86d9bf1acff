package io.headgate.tls;

import static io.headgate.tls.Client.Show.CERTIFICATE;
import static io.headgate.tls.Client.Show.CHAIN;

import io.headgate.tls.Client.Show;
import java.util.List;

/** Chains and certificates by SNI, and what becomes of a Host that disagrees with it. */
final class ServerNames implements Topic {
  private static final String RSA_ONLY = "rsa_pss_rsae_sha256:rsa_pkcs1_sha256";
  private static final String AES = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
  private static final String WHY_421 =
      "under mutual TLS the other chain may want other certificates: Headgate asks the client to"
          + " connect anew";

  @Override
  public List<Door> doors() {
    String two =
        "common_tls_context: {tls_certificates: [%s, %s]}"
            .formatted(Door.certificate("both_rsa"), Door.certificate("both_ec"));
    String apart =
        "common_tls_context: {tls_certificates: [%s, %s]}"
            .formatted(Door.certificate("a"), Door.certificate("b"));
    String clients = "validation_context: {trusted_ca: {filename: \"${clients_ca}\"}}";
    return List.of(
        Door.of("names")
            .chain("exact", "exact.test", Door.tls("exact"))
            .chain("wild", "\"*.wild.test\"", Door.tls("wild"))
            .chain("deep", "\"*.deep.wild.test\"", Door.tls("other"))
            .chain("default", "", Door.tls("default")),
        Door.of("strict").chain("exact", "exact.test", Door.tls("exact")),
        Door.of("asks-sni", Door.tls("exact") + ", require_sni: true"),
        Door.of("two", two),
        Door.of("apart", apart),
        Door.of("mutual")
            .chain("a", "a.test", Door.tls("a", clients) + ", require_client_certificate: true")
            .chain("b", "b.test", Door.tls("b", clients) + ", require_client_certificate: true"),
        Door.of("open").chain("a", "a.test", Door.tls("a")).chain("b", "b.test", Door.tls("b")));
  }

  private static Client to(String door, String name) {
    return Client.of(door, name).show(CHAIN, CERTIFICATE);
  }

  @Override
  public List<Case> cases() {
    Client mutual = Client.of("mutual", "a.test").shows("good").show(CHAIN);
    return List.of(
        Case.of("exact name", to("names", "exact.test"), "200 exact exact.test"),
        Case.of("exact name in capitals", to("names", "EXACT.Test"), "200 exact exact.test"),
        Case.of("below an exact name", to("names", "a.exact.test"), "200 default default.test"),
        Case.of("wildcard", to("names", "a.wild.test"), "200 wild *.wild.test"),
        Case.of("wildcard, two labels", to("names", "a.b.wild.test"), "200 wild *.wild.test"),
        Case.of("the longer wildcard", to("names", "a.deep.wild.test"), "200 deep other.test"),
        Case.of("wildcard's own name", to("names", "wild.test"), "200 default default.test"),
        Case.of("unknown name", to("names", "unknown.test"), "200 default default.test"),
        Case.of(
            "no name",
            Client.nameless("names").show(CHAIN, CERTIFICATE),
            "200 default default.test"),
        Case.of("unknown name, no default", to("strict", "unknown.test"), "refused"),
        Case.of("no name, no default", Client.nameless("strict"), "refused"),
        Case.of("require_sni with one", to("asks-sni", "exact.test"), "200 asks-sni exact.test"),
        Case.of("require_sni without", Client.nameless("asks-sni"), "refused")
            .butEnvoy("200", "Envoy takes the option and does nothing about it"),
        Case.of(
            "clear text at a TLS port", Client.clearText("strict", "/", "exact.test"), "refused"),
        Case.of(
            "ECDSA before RSA",
            Client.of("two", "both.test").show(Show.CIPHER).flags("-tls1_2", "-cipher", AES),
            "200 ECDHE-ECDSA-AES128-GCM-SHA256"),
        Case.of(
            "RSA for those who take nothing else",
            Client.of("two", "both.test")
                .show(Show.CIPHER)
                .flags("-tls1_2", "-cipher", AES, "-sigalgs", RSA_ONLY),
            "200 ECDHE-RSA-AES128-GCM-SHA256"),
        Case.of("certificate by name", to("apart", "b.test"), "200 apart b.test"),
        Case.of("certificate for no name", to("apart", "unknown.test"), "200 apart a.test"),
        Case.of("Host as SNI under mutual TLS", mutual, "200 a"),
        Case.of("Host as SNI with a port", mutual.host("a.test:8443"), "200 a"),
        Case.of("Host as SNI in capitals", mutual.host("A.TEST"), "200 a"),
        Case.of("Host of another chain", mutual.host("b.test"), "421 -").butEnvoy("200 a", WHY_421),
        Case.of("Host of no chain", mutual.host("c.test"), "421 -").butEnvoy("200 a", WHY_421),
        Case.of(
            "Host of another chain without mutual TLS",
            Client.of("open", "a.test").show(CHAIN).host("b.test"),
            "200 a"));
  }
}
