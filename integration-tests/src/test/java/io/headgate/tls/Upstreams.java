package io.headgate.tls;

import static io.headgate.tls.Client.Show.CHAIN;

import java.util.List;
import java.util.stream.Collectors;

/** Towards backends: each proxy's backend is the other one. */
final class Upstreams implements Topic {
  private static final String CA = "trusted_ca: {filename: \"${servers_ca}\"}";

  /** A cluster that Envoy's config has in clear text. */
  static final String NO_SECRET = "no-secret";

  private static final String AUTO = "auto_sni: true, auto_san_validation: true";

  private static String san(String name) {
    return ", match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: " + name + "}}]";
  }

  private static String checks(String rules, String... more) {
    StringBuilder tls =
        new StringBuilder("common_tls_context: {validation_context: {" + rules + "}");
    for (String part : more) {
      tls.append(", ").append(part);
    }
    return tls + "}";
  }

  private static String own(String certificate) {
    return "tls_certificates: [" + Door.certificate(certificate) + "]";
  }

  @Override
  public List<Door> doors() {
    String clients = "validation_context: {trusted_ca: {filename: \"${clients_ca}\"}}";
    return List.of(
        Door.of("origins")
            .chain("exact", "exact.test", Door.tls("exact"))
            .chain("other", "other.test", Door.tls("other"))
            .chain("wild", "\"*.wild.test\"", Door.tls("wild"))
            .chain("dated", "", Door.tls("dated")),
        Door.of("origin-mutual", Door.tls("exact", clients) + ", require_client_certificate: true"),
        Door.of(
            "origin-v13", Door.tls("exact", "tls_params: {tls_minimum_protocol_version: TLSv1_3}")),
        new Door(
            "upstream",
            List.of(
                new Door.Chain(
                    "upstream",
                    "",
                    "",
                    upstreams().stream().map(Upstream::route).collect(Collectors.joining(", ")))),
            List.of()));
  }

  @Override
  public List<Upstream> upstreams() {
    return List.of(
        new Upstream("good", "origins", checks(CA + san("exact.test")) + ", sni: exact.test"),
        new Upstream("no-check", "origins", "sni: exact.test"),
        new Upstream(
            "other-ca",
            "origins",
            checks("trusted_ca: {filename: \"${others_ca}\"}") + ", sni: exact.test"),
        new Upstream("other-san", "origins", checks(CA + san("other.test")) + ", sni: exact.test"),
        new Upstream("sni", "origins", checks(CA + san("other.test")) + ", sni: other.test"),
        new Upstream("no-sni", "origins", checks(CA)),
        new Upstream("dated", "origins", checks(CA + ", allow_expired_certificate: true")),
        new Upstream(
            "san-of-sni",
            "origins",
            checks(CA) + ", sni: exact.test, auto_sni_san_validation: true"),
        new Upstream(
            "san-of-sni-wild",
            "origins",
            checks(CA) + ", sni: a.wild.test, auto_sni_san_validation: true"),
        new Upstream(
            "san-of-sni-deep",
            "origins",
            checks(CA) + ", sni: a.b.wild.test, auto_sni_san_validation: true"),
        new Upstream("auto", "origins", checks(CA), AUTO),
        new Upstream(
            "auto-header", "origins", checks(CA), AUTO + ", override_auto_sni_header: x-name"),
        new Upstream(
            "host-sni",
            "origins",
            checks(CA) + ", auto_host_sni: true, auto_sni_san_validation: true"),
        new Upstream("own", "origin-mutual", checks(CA, own("good")) + ", sni: exact.test"),
        new Upstream("no-own", "origin-mutual", checks(CA) + ", sni: exact.test"),
        new Upstream(
            "stranger", "origin-mutual", checks(CA, own("stranger")) + ", sni: exact.test"),
        new Upstream("v12", "origin-v13", checks(CA) + ", sni: exact.test"),
        new Upstream(
            "v13",
            "origin-v13",
            checks(CA, "tls_params: {tls_maximum_protocol_version: TLSv1_3}")
                + ", sni: exact.test"),
        new Upstream(
            "pinned-other",
            "origins",
            checks("verify_certificate_hash: [\"" + "0a".repeat(32) + "\"]") + ", sni: exact.test"),
        new Upstream(
            "revoked-unknown",
            "origins",
            checks(CA + ", crl: {filename: \"${clients_crl}\"}") + ", sni: exact.test"),
        new Upstream(
            NO_SECRET,
            "origins",
            "common_tls_context: {validation_context_sds_secret_config: "
                + MissingSecrets.from("ads", "nobodys-backends")
                + "}, sni: exact.test"),
        new Upstream("clear-backend", "upstream", checks(CA) + ", sni: exact.test"));
  }

  private static Case get(String name, String verdict) {
    return Case.of(
        "upstream " + name,
        Client.clearText("upstream", "/" + name, "exact.test").show(CHAIN),
        verdict);
  }

  private static Case get(String name, String host, String verdict) {
    return Case.of(
        "upstream " + name + " for " + host,
        Client.clearText("upstream", "/" + name, host).show(CHAIN),
        verdict);
  }

  @Override
  public List<Case> cases() {
    Client header = Client.clearText("upstream", "/auto-header", "nobody.test").show(CHAIN);
    return List.of(
        get("good", "200 exact"),
        get("no-check", "200 exact"),
        get("other-ca", "503 -"),
        get("other-san", "503 -"),
        get("sni", "200 other"),
        get("no-sni", "503 -"),
        get("dated", "200 dated"),
        get("san-of-sni", "200 exact"),
        get("san-of-sni-wild", "200 wild"),
        get("san-of-sni-deep", "503 -"),
        get("auto", "exact.test", "200 exact"),
        get("auto", "other.test", "200 other"),
        get("auto", "other.test:8080", "200 other"),
        get("auto", "unknown.test", "503 -"),
        Case.of("upstream auto-header", header.header("x-name: other.test"), "200 other"),
        get("host-sni", "200 exact"),
        get("own", "200 origin-mutual"),
        get("no-own", "503 -"),
        get("stranger", "503 -"),
        get("v12", "503 -"),
        get("v13", "200 origin-v13"),
        get("pinned-other", "503 -"),
        get("revoked-unknown", "503 -"),
        get(NO_SECRET, "503 -")
            .butEnvoy(
                Case.NOT_RUN,
                "Envoy 1.40 ends with a fault when a static cluster's secret comes by ADS"),
        get("clear-backend", "503 -"));
  }
}
