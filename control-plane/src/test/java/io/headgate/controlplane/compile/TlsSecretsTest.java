package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.fleet.Kind;
import io.headgate.fleet.Secret;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SessionTicketKeys;
import io.headgate.xds.model.tls.TlsCertificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What certificates bring with them, and keys of session tickets. */
class TlsSecretsTest extends CompilerFixture {
  private final Vouched vouched = new Vouched();

  TlsSecretsTest() {
    super(DecoderCheck.INSTANCE);
  }

  private void gateway(String spec) {
    fleet.putOneRoute();
    fleet.put(vouched.secret("own", vouched.response(vouched.serial())));
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: headgate
          listeners: [{name: secure, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: own}]}}]
        ---
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: p}
        spec: {targetRefs: [{kind: Gateway, name: web}], %s}
        """
            .formatted(spec));
  }

  private CompiledGateway web() {
    CompiledFleet compiled = compile();
    assertThat(compiled.allProblems()).isEmpty();
    return Objects.requireNonNull(compiled.gateways().get(key(Kind.GATEWAY, "web")));
  }

  private DownstreamTls tls() {
    FilterChain chain =
        Objects.requireNonNull(
            Objects.requireNonNull(web().listeners().get(443)).value().defaultFilterChain());
    return Objects.requireNonNull(chain.tls());
  }

  private List<String> conditions() {
    return compile().conditions(key(Kind.CLIENT_TRAFFIC_POLICY, "p")).stream()
        .map(c -> c.type().text() + "=" + c.holds() + " " + c.reason() + ": " + c.message())
        .toList();
  }

  private TlsCertificate certificate() {
    return (TlsCertificate)
        Objects.requireNonNull(web().secrets().get("default/own")).value().value();
  }

  @Test
  void aStapleTravelsWithItsCertificate() {
    gateway("tls: {ocspStaplePolicy: MustStaple}");
    assertThat(certificate().ocspStaple())
        .isEqualTo(new DataSource.Inline(vouched.response(vouched.serial())));
    assertThat(tls().ocsp()).isEqualTo(DownstreamTls.OcspPolicy.MUST_STAPLE);
    assertThat(conditions()).containsExactly("Accepted=true Accepted: ");
    fleet.put(vouched.secret("own", null));
    assertThat(certificate().ocspStaple()).isNull();
  }

  @Test
  void aStapleMayBeAFileOfTheProxies() {
    gateway("tls: {}");
    fleet.put(
        TestFleet.certificateInFiles("own", Map.of("headgate.io/ocsp-staple-file", "/staple.der")));
    assertThat(tls().settings().certificates())
        .containsExactly(
            new SecretRef.Own(
                new TlsCertificate(
                    new DataSource.File("/chain.pem"),
                    new DataSource.File("/key.pem"),
                    null,
                    new DataSource.File("/staple.der"))));
    assertThat(tls().ocsp()).isEqualTo(DownstreamTls.OcspPolicy.LENIENT);
  }

  @Test
  void aStapleOfAnotherCertificateIsRefused() {
    SemanticCheck check = new SemanticCheck(DecoderCheck.INSTANCE);
    Secret good = vouched.secret("own", vouched.response(vouched.serial()));
    Secret other = vouched.secret("own", vouched.response(vouched.serial() + 1));
    Secret none = vouched.secret("own", new byte[] {0x30, 0x03, 0x0a, 0x01});
    assertThat(check.check(good, fleet.image())).isEmpty();
    assertThat(check.check(other, fleet.image()))
        .singleElement()
        .satisfies(v -> {
          assertThat(v.path()).isEqualTo("data[\"tls.ocsp-staple\"]");
          assertThat(v.reason()).isEqualTo("is of another certificate");
        });
    assertThat(check.check(none, fleet.image()))
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).isEqualTo("is no OCSP response"));
  }

  private static byte[] keys(int number) {
    byte[] keys = new byte[80 * number];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (byte) (i / 80);
    }
    return keys;
  }

  private static String tickets(String namespace, int number) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: tickets, namespace: %s}
    data: {tls.ticket-keys: %s}
    """
        .formatted(namespace, Base64.getEncoder().encodeToString(keys(number)));
  }

  @Test
  void ticketKeysTravelInTheirOrder() {
    gateway("tls: {session: {resumption: {stateless: {ticketKeysRef: {name: tickets}}}}}");
    assertThat(tls().sessions().ticketKeys()).isNull();
    assertThat(conditions())
        .containsExactly(
            "Accepted=true Accepted: ",
            "ResolvedRefs=false InvalidTicketKeysRef: there is no secret/default/tickets: each"
                + " proxy has ticket keys of its own");
    fleet.apply(tickets("default", 3));
    assertThat(tls().sessions().ticketKeys())
        .isEqualTo(
            new SecretRef.Discovered("default/tickets:ticket-keys", EdgeDefaults.SECRET_TIMEOUT));
    assertThat(tls().sessions().stateful()).isFalse();
    var secret =
        (SessionTicketKeys)
            Objects.requireNonNull(web().secrets().get("default/tickets:ticket-keys"))
                .value()
                .value();
    assertThat(secret.keys())
        .hasSize(3)
        .first()
        .isEqualTo(new DataSource.Inline(new byte[Secret.TICKET_KEY_BYTES]));
    assertThat(conditions()).containsExactly("Accepted=true Accepted: ");
    assertThat(XdsNames.isAuthorities("default/tickets:ticket-keys")).isFalse();
  }

  @Test
  void ticketKeysOfAnotherNamespaceNeedAGrant() {
    gateway(
        "tls: {session: {resumption: {stateless: {ticketKeysRef: {name: tickets, namespace:"
            + " vault}}}}}");
    fleet.apply(tickets("vault", 1));
    assertThat(tls().sessions().ticketKeys()).isNull();
    assertThat(conditions()).anyMatch(c -> c.startsWith("ResolvedRefs=false RefNotPermitted"));
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: g, namespace: vault}
        spec:
          from: [{group: gateway.headgate.io, kind: ClientTrafficPolicy, namespace: default}]
          to: [{group: "", kind: Secret}]
        """);
    assertThat(tls().sessions().ticketKeys()).isNotNull();
  }
}
