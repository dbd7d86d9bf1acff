package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.fleet.Kind;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What policies make of TLS on either side. */
class TlsCompilationTest extends CompilerFixture {
  TlsCompilationTest() {
    super(DecoderCheck.INSTANCE);
  }

  @Override
  CompiledFleet compile() {
    CompiledFleet compiled = super.compile();
    assertThat(compiled.allProblems()).isEmpty();
    return compiled;
  }

  private void authority(String name) {
    fleet.put(TestFleet.authority(name));
  }

  /** A gateway with listeners of a port; the first has certificates of its own. */
  private void gateway() {
    fleet.putOneRoute();
    fleet.put(TestFleet.certificateInFiles("own", Map.of()));
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: headgate
          listeners:
          - name: secure
            port: 443
            protocol: HTTPS
            hostname: secure.example.org
            tls: {certificateRefs: [{name: own}]}
          - name: open
            port: 443
            protocol: HTTPS
            tls: {certificateRefs: [{name: own}]}
        """);
  }

  private void policy(String section, String spec) {
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: p}
        spec: {targetRefs: [{kind: Gateway, name: web%s}], %s}
        """
            .formatted(section.isEmpty() ? "" : ", sectionName: " + section, spec));
  }

  private CompiledGateway web() {
    return Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
  }

  private Listener listener() {
    return Objects.requireNonNull(web().listeners().get(443)).value();
  }

  private static DownstreamTls tls(FilterChain chain) {
    return Objects.requireNonNull(chain.tls());
  }

  private static String routes(FilterChain chain) {
    var http = (HttpConnectionManager) chain.terminalFilter();
    return ((RouteSource.Rds) http.routes()).routeConfigName();
  }

  private List<String> conditions(Kind kind, String name) {
    return compile().conditions(key(kind, name)).stream()
        .map(c -> c.type().text() + "=" + c.holds() + " " + c.reason() + ": " + c.message())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls: {minVersion: \"1.3\"} | TlsParameters[minVersion=TLS_1_3, maxVersion=AUTO",
        "tls: {maxVersion: \"1.2\"} | TlsParameters[minVersion=AUTO, maxVersion=TLS_1_2",
        "'tls: {ciphers: [ECDHE-RSA-AES128-GCM-SHA256]}' |"
            + " cipherSuites=[ECDHE-RSA-AES128-GCM-SHA256]",
        "'tls: {ecdhCurves: [P-256, X25519]}' | groups=[P-256, X25519]",
        "'tls: {alpnProtocols: [http/1.1]}' | alpnProtocols=[http/1.1]",
        "tls: {minVersion: Auto} | alpnProtocols=[h2, http/1.1]",
        "tls: {session: {resumption: {}}} | stateless=false, stateful=false",
        "tls: {session: {resumption: {stateless: {}}}} | stateless=true, stateful=false",
        "tls: {session: {resumption: {stateful: {}}}} | stateless=false, stateful=true",
        "'tls: {clientValidation: {optional: true, certificateHashes: [\""
            + HASH
            + "\"]}}' | requireClientCertificate=false",
        "'tls: {clientValidation: {certificateHashes: [\""
            + HASH
            + "\"]}}' | requireClientCertificate=true",
      })
  void parametersReachTheListener(String spec, String expected) {
    gateway();
    policy("secure", spec);
    assertThat(tls(listener().filterChains().getFirst()).toString()).contains(expected);
  }

  private static final String HASH =
      "abababababababababababababababababababababababababababababababab";

  @Test
  void clientsAreCheckedByAuthoritiesThatTravelInASecret() {
    gateway();
    authority("clients");
    policy(
        "secure",
        """
        tls: {clientValidation: {caCertificateRefs: [{name: clients}], subjectAltNames:
          {uris: [{type: Prefix, value: "spiffe://example.org/"}]}}},
        headers: {xForwardedClientCert: {mode: SanitizeSet, certDetailsToAdd: [URI]}}\
        """);
    FilterChain secure = listener().filterChains().getFirst();
    DownstreamTls tls = tls(secure);
    assertThat(tls.requireClientCertificate()).isTrue();
    ValidationSource source = Objects.requireNonNull(tls.settings().validation());
    assertThat(source.own().identity().names()).hasSize(1);
    assertThat(source.secret()).isInstanceOf(SecretRef.Discovered.class);
    var secret =
        Objects.requireNonNull(web().secrets().get("clienttrafficpolicy/default/p")).value();
    assertThat(((CertificateValidation) secret.value()).trust().trustedCa()).isNotNull();
    assertThat(((HttpConnectionManager) secure.terminalFilter()).rules().clientCert())
        .hasToString("ClientCertRules[mode=SANITIZE_SET, details=[URI]]");
    FilterChain open = Objects.requireNonNull(listener().defaultFilterChain());
    assertThat(tls(open).settings().validation()).isNull();
    assertThat(((HttpConnectionManager) open.terminalFilter()).rules().clientCert())
        .isEqualTo(ClientCertRules.DEFAULT);
  }

  @Test
  void noOtherListenerLeadsToTheRoutesOfOneThatAsksForCertificates() {
    gateway();
    authority("clients");
    policy("secure", "tls: {clientValidation: {caCertificateRefs: [{name: clients}]}}");
    FilterChain open = Objects.requireNonNull(listener().defaultFilterChain());
    assertThat(routes(open)).isEqualTo("default/web/443");
    assertThat(routes(listener().filterChains().getFirst())).isEqualTo("default/web/443/secure");
    var shared = Objects.requireNonNull(web().routes().get(443)).value();
    assertThat(shared.virtualHosts())
        .filteredOn(host -> host.domains().contains("secure.example.org"))
        .allSatisfy(host -> assertThat(host.routes()).isEmpty());
    var apart = Objects.requireNonNull(web().apart().get("default/web/443/secure")).value();
    assertThat(apart.virtualHosts())
        .filteredOn(host -> host.domains().contains("secure.example.org"))
        .allSatisfy(host -> assertThat(host.routes()).isNotEmpty());
  }

  @Test
  void aListenerWhoseAuthoritiesAreMissingIsNotServed() {
    gateway();
    policy("secure", "tls: {clientValidation: {caCertificateRefs: [{name: clients}]}}");
    assertThat(listener().filterChains()).isEmpty();
    assertThat(conditions(Kind.CLIENT_TRAFFIC_POLICY, "p"))
        .anyMatch(c -> c.startsWith("ResolvedRefs=false InvalidCACertificateRef: there is no"));
    assertThat(web().states().getFirst().conditions())
        .anyMatch(c -> !c.holds() && c.reason().equals("InvalidCACertificateRef"));
    authority("clients");
    assertThat(listener().filterChains()).hasSize(1);
    assertThat(conditions(Kind.CLIENT_TRAFFIC_POLICY, "p"))
        .containsExactly("Accepted=true Accepted: ");
  }

  @Test
  void aSecretOfAnotherNamespaceNeedsAGrant() {
    gateway();
    fleet.put(TestFleet.authority("vault", "clients"));
    policy(
        "secure",
        "tls: {clientValidation: {caCertificateRefs: [{name: clients, namespace: vault}]}}");
    assertThat(listener().filterChains()).isEmpty();
    assertThat(conditions(Kind.CLIENT_TRAFFIC_POLICY, "p"))
        .anyMatch(c -> c.startsWith("ResolvedRefs=false RefNotPermitted"));
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: g, namespace: vault}
        spec:
          from: [{group: gateway.headgate.io, kind: ClientTrafficPolicy, namespace: default}]
          to: [{group: "", kind: Secret}]
        """);
    assertThat(listener().filterChains()).hasSize(1);
  }

  private void backend(String name, String spec) {
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: %s}
        spec:
          targetRefs: [{group: "", kind: Service, name: shop}]
          validation: {%s}
        """
            .formatted(name, spec));
  }

  private boolean hasHosts() {
    return cluster().endpoints() instanceof EndpointSource.Eds;
  }

  @Test
  void aBackendIsSpokenToByTls() {
    fleet.putOneRoute();
    authority("ca");
    backend("p", "hostname: Shop.example.org, caCertificateRefs: [{kind: Secret, name: ca}]");
    UpstreamTls tls = Objects.requireNonNull(cluster().options().tls());
    assertThat(tls.sni()).isEqualTo("shop.example.org");
    assertThat(tls.settings().alpnProtocols()).containsExactly("http/1.1");
    assertThat(tls.toString())
        .contains("maxVersion=TLS_1_3")
        .contains("SanMatcher[type=DNS, matcher=StringMatcher[kind=EXACT, value=shop.example.org")
        .contains("Discovered[name=backendtlspolicy/default/p");
    assertThat(
            Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop"))).secrets())
        .containsOnlyKeys("backendtlspolicy/default/p");
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .containsExactly("Accepted=true Accepted: ", "ResolvedRefs=true ResolvedRefs: ");
  }

  @Test
  void aBackendIsToldOfTheClientBeforeTls() {
    fleet.putOneRoute();
    backend("p", "hostname: shop.example.org, wellKnownCACertificates: System");
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: BackendTrafficPolicy
        metadata: {name: told}
        spec: {targetRefs: [{kind: Service, name: shop}], proxyProtocol: {version: V2}}
        """);
    assertThat(cluster().options().tls()).isNotNull();
    assertThat(Objects.requireNonNull(cluster().options().proxyProtocol()).version())
        .isEqualTo(ProxyProtocol.Version.V2);
  }

  @Test
  void namesTakeThePlaceOfTheHostname() {
    fleet.putOneRoute();
    backend(
        "p",
        """
        hostname: shop.example.org, wellKnownCACertificates: System, subjectAltNames: [
        {type: URI, uri: "spiffe://example.org/shop"}, {type: Hostname, hostname: "*.a.org"}]\
        """);
    assertThat(Objects.requireNonNull(cluster().options().tls()).toString())
        .contains("File[path=/etc/ssl/certs/ca-certificates.crt]")
        .contains("SanMatcher[type=URI, matcher=StringMatcher[kind=EXACT, value=spiffe:")
        .contains("StringMatcher[kind=SAFE_REGEX, value=[^.]+")
        .doesNotContain("value=shop.example.org");
  }

  @Test
  void whereNobodyIsTrustedThereIsNoHost() {
    fleet.putOneRoute();
    assertThat(hasHosts()).isTrue();
    backend("p", "hostname: a.org, caCertificateRefs: [{kind: Secret, name: ca}]");
    assertThat(hasHosts()).isFalse();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .containsExactly(
            "Accepted=false NoValidCACertificate: there is no secret/default/ca: requests are"
                + " answered by an error",
            "ResolvedRefs=false InvalidCACertificateRef: there is no secret/default/ca");
    fleet.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: ca}
        stringData: {ca.crt: "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"}
        """);
    assertThat(hasHosts()).isFalse();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .anyMatch(c -> c.contains("cannot be read; give PEM"));
    backend("p", "hostname: a.org, caCertificateRefs: [{group: x.org, kind: Bundle, name: ca}]");
    assertThat(hasHosts()).isFalse();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .contains(
            "ResolvedRefs=false InvalidKind: Bundle ca holds no authorities; use a ConfigMap or"
                + " Secret");
    authority("ca");
    backend(
        "p",
        "hostname: a.org, caCertificateRefs: [{kind: Bundle, name: ca}, {kind: Secret, name: ca}]");
    assertThat(hasHosts()).isTrue();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .contains("Accepted=true Accepted: ")
        .anyMatch(c -> c.startsWith("ResolvedRefs=false InvalidKind"));
  }

  @Test
  void authoritiesMayBeInAConfigMap() {
    gateway();
    backend("p", "hostname: a.org, caCertificateRefs: [{kind: ConfigMap, name: roots}]");
    policy(
        "secure",
        "tls: {clientValidation: {caCertificateRefs: [{kind: ConfigMap, name: roots, namespace:"
            + " vault}]}}");
    fleet.put(TestFleet.roots("vault", "roots"));
    assertThat(hasHosts()).isFalse();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .contains(
            "ResolvedRefs=false InvalidCACertificateRef: there is no configmap/default/roots");
    assertThat(listener().filterChains()).isEmpty();
    assertThat(conditions(Kind.CLIENT_TRAFFIC_POLICY, "p"))
        .anyMatch(c -> c.startsWith("ResolvedRefs=false RefNotPermitted"));
    fleet.put(TestFleet.roots("default", "roots"));
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: g, namespace: vault}
        spec:
          from: [{group: gateway.headgate.io, kind: ClientTrafficPolicy, namespace: default}]
          to: [{group: "", kind: ConfigMap, name: roots}]
        """);
    assertThat(hasHosts()).isTrue();
    assertThat(listener().filterChains()).hasSize(1);
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p")).allMatch(c -> c.contains("=true"));
    fleet.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: roots}
        data: {other: text}
        """);
    assertThat(hasHosts()).isFalse();
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .contains(
            "ResolvedRefs=false InvalidCACertificateRef: configmap/default/roots has no ca.crt");
  }

  @Test
  void ofTwoPoliciesTheOlderCounts() {
    fleet.putOneRoute();
    backend("z-old", "hostname: old.org, wellKnownCACertificates: System");
    backend("a-new", "hostname: new.org, wellKnownCACertificates: System");
    assertThat(Objects.requireNonNull(cluster().options().tls()).sni()).isEqualTo("old.org");
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "a-new"))
        .anyMatch(c -> c.startsWith("Accepted=false Conflicted"));
    fleet.remove(key(Kind.BACKEND_TLS_POLICY, "z-old"));
    assertThat(Objects.requireNonNull(cluster().options().tls()).sni()).isEqualTo("new.org");
  }

  @Test
  void aPortMayHaveAPolicyOfItsOwn() {
    fleet.putOneRoute();
    backend("wide", "hostname: wide.org, wellKnownCACertificates: System");
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: near}
        spec:
          targetRefs: [{group: "", kind: Service, name: shop, sectionName: p80}]
          validation: {hostname: near.org, wellKnownCACertificates: System}
        """);
    assertThat(Objects.requireNonNull(cluster().options().tls()).sni()).isEqualTo("near.org");
  }
}
