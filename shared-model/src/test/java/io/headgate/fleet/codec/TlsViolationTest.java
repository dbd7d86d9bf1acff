package io.headgate.fleet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Violation;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each bad value of TLS in a policy is refused with its place, its reason and a remedy. */
class TlsViolationTest {
  private static void expect(String manifest, String path, String reason, String fix) {
    List<Violation> violations = FleetReader.violations(FleetReader.manifests(manifest));
    assertThat(violations).extracting(Violation::path).containsExactly("spec." + path);
    assertThat(violations.getFirst().reason()).startsWith(reason);
    assertThat(violations.getFirst().fix()).contains(fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "minVersion: 1.2 | minVersion | must be text | quotes",
        "minVersion: \"1.1\" | minVersion | is not spoken: TLS 1.2 is the floor | \"1.2\"",
        "maxVersion: TLS13 | maxVersion | is not known | Auto",
        "'minVersion: \"1.3\", maxVersion: \"1.2\"' | minVersion | is above maxVersion | remove",
        "'minVersion: \"1.3\", ciphers: [ECDHE-RSA-AES128-GCM-SHA256]' | ciphers | has no effect |"
            + " remove",
        "'ciphers: [AES128-SHA]' | ciphers[0] | is no suite of TLS 1.2 with ECDHE and AEAD |"
            + " ECDHE",
        "'ecdhCurves: [P-192]' | ecdhCurves[0] | is not a group here | P-256",
        "'ecdhCurves: [P-256, P-256]' | ecdhCurves[1] | is not unique | choose",
        "'alpnProtocols: [h3]' | alpnProtocols[0] | is not a protocol here | h2",
        "signatureAlgorithms: [x] | signatureAlgorithms | is known but not implemented | remove",
        "ocspStaplePolicy: Always | ocspStaplePolicy | is not known | Strict",
        "'session: {resumption: {stateless: {ticketKeysRef: {kind: ConfigMap, name: a}}}}' |"
            + " session.resumption.stateless.ticketKeysRef.kind | cannot be referred to here |"
            + " Secret",
        "clientValidation: {} | clientValidation.caCertificateRefs | is required | ca.crt",
        "'clientValidation: {caCertificateRefs: [{kind: Bundle, name: a}]}' |"
            + " clientValidation.caCertificateRefs[0].kind | cannot be referred to here | Secret",
        "'clientValidation: {certificateHashes: [xyz]}' | clientValidation.certificateHashes[0] |"
            + " is not a SHA-256 | 64 hexadecimal digits",
        "'clientValidation: {spkiHashes: [xyz]}' | clientValidation.spkiHashes[0] | is not a"
            + " SHA-256 | base64",
        "'clientValidation: {caCertificateRefs: [{name: a}], crl: {}}' | clientValidation.crl.refs"
            + " | is required | ca.crl",
        "'clientValidation: {caCertificateRefs: [{name: a}], subjectAltNames: {uris: [{type:"
            + " Like, value: x}]}}' | clientValidation.subjectAltNames.uris[0].type | is not known"
            + " | Prefix",
        "'clientValidation: {caCertificateRefs: [{name: a}], subjectAltNames: {dnsNames: [{type:"
            + " RegularExpression, value: \"(\"}]}}' |"
            + " clientValidation.subjectAltNames.dnsNames[0].value | is not an RE2 expression |"
            + " RE2",
        "'clientValidation: {caCertificateRefs: [{name: a}], subjectAltNames: {otherNames: []}}' |"
            + " clientValidation.subjectAltNames.otherNames | is known but not implemented | uris",
      })
  void ofClients(String tls, String path, String reason, String fix) {
    expect(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: p}
        spec: {targetRefs: [{kind: Gateway, name: web}], tls: {%s}}
        """
            .formatted(tls),
        "tls." + path,
        reason,
        fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: Keep | mode | is not known | SanitizeSet",
        "'certDetailsToAdd: [URI]' | certDetailsToAdd | has no effect with this mode | SanitizeSet",
        "'mode: SanitizeSet, certDetailsToAdd: [Uri]' | certDetailsToAdd[0] | is not a part | URI",
      })
  void ofForwardedCertificates(String rules, String path, String reason, String fix) {
    expect(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: p}
        spec: {targetRefs: [{kind: Gateway, name: web}], headers: {xForwardedClientCert: {%s}}}
        """
            .formatted(rules),
        "headers.xForwardedClientCert." + path,
        reason,
        fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'hostname: a.org, wellKnownCACertificates: System}, options: {a.org/x: y' |"
            + " options[\"a.org/x\"] | is not known | gateway.headgate.io/client-certificate",
        "'hostname: a.org, wellKnownCACertificates: System}, options:"
            + " {gateway.headgate.io/client-certificate: A_B' |"
            + " options[\"gateway.headgate.io/client-certificate\"] | is not a DNS name | use",
        "hostname: a.org | validation.caCertificateRefs | is required | wellKnownCACertificates",
        "wellKnownCACertificates: System | validation.hostname | is required | ''",
        "'hostname: 10.0.0.1, wellKnownCACertificates: System' | validation.hostname | is an"
            + " address | DNS name",
        "'hostname: \"*.a.org\", wellKnownCACertificates: System' | validation.hostname | is not a"
            + " host name | DNS name",
        "'hostname: a.org, wellKnownCACertificates: Mozilla' | validation.wellKnownCACertificates |"
            + " is not known | System",
        "'hostname: a.org, wellKnownCACertificates: System, caCertificateRefs: [{kind: Secret,"
            + " name: a}]' | validation.wellKnownCACertificates | cannot stand beside"
            + " caCertificateRefs | remove",
        "'hostname: a.org, caCertificateRefs: [{name: a}]' | validation.caCertificateRefs[0].kind |"
            + " is required | ''",
        "'hostname: a.org, wellKnownCACertificates: System, subjectAltNames: [{type: Email}]' |"
            + " validation.subjectAltNames[0].type | is not known | Hostname or URI",
        "'hostname: a.org, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri:"
            + " shop}]' | validation.subjectAltNames[0].uri | is not an absolute URI | spiffe",
        "'hostname: a.org, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri:"
            + " \"a:b\", hostname: a.org}]' | validation.subjectAltNames[0].hostname | cannot stand"
            + " beside type URI | remove",
      })
  void ofBackends(String validation, String path, String reason, String fix) {
    expect(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: p}
        spec: {targetRefs: [{group: "", kind: Service, name: shop}], validation: {%s}}
        """
            .formatted(validation),
        path,
        reason,
        fix);
  }
}
