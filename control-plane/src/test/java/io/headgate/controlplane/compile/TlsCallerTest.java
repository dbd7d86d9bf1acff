package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.snapshot.DecoderCheck;
import io.headgate.fleet.Kind;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Certificates that are shown to backends: by a gateway, or by a policy for a service. */
class TlsCallerTest extends CompilerFixture {
  private static final String OWN = "default/shop:80@default/web";

  TlsCallerTest() {
    super(DecoderCheck.INSTANCE);
  }

  @BeforeEach
  void fill() {
    fleet.putOneRoute();
    fleet.put(TestFleet.authority("ca"));
    gateway("{name: client}");
  }

  private void gateway(String reference) {
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: headgate
          tls: {backend: {clientCertificateRef: %s}}
          listeners: [{name: p80, port: 80, protocol: HTTP}]
        """
            .formatted(reference));
  }

  private void policy(String options) {
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: p}
        spec:
          targetRefs: [{group: "", kind: Service, name: shop}]
          validation: {hostname: shop.org, caCertificateRefs: [{kind: Secret, name: ca}]}
          options: {%s}
        """
            .formatted(options));
  }

  private CompiledGateway web() {
    CompiledFleet compiled = compile();
    assertThat(compiled.allProblems()).isEmpty();
    return Objects.requireNonNull(compiled.gateways().get(key(Kind.GATEWAY, "web")));
  }

  private Cluster ownCluster() {
    return Objects.requireNonNull(web().own().clusters().get(OWN)).value();
  }

  private static List<SecretRef> shown(Cluster cluster) {
    UpstreamTls tls = Objects.requireNonNull(cluster.options().tls());
    return tls.settings().certificates();
  }

  private static SecretRef discovered(String name) {
    return new SecretRef.Discovered(name, EdgeDefaults.SECRET_TIMEOUT);
  }

  private String target() {
    return ((RouteAction.Forward) routes().getFirst().action()).namedClusters().toString();
  }

  private List<String> conditions(Kind kind, String name) {
    return compile().conditions(key(kind, name)).stream()
        .filter(c -> c.type() == Condition.Type.RESOLVED_REFS)
        .map(c -> c.holds() + " " + c.reason() + ": " + c.message())
        .toList();
  }

  @Test
  void aGatewayHasClustersOfItsOwnForItsCertificate() {
    assertThat(target()).contains("default/shop:80").doesNotContain("@");
    policy("");
    fleet.put(TestFleet.certificate("client"));
    assertThat(target()).contains(OWN);
    assertThat(shown(ownCluster())).containsExactly(discovered("default/client"));
    assertThat(ownCluster().endpoints())
        .isInstanceOfSatisfying(
            EndpointSource.Eds.class,
            eds -> assertThat(eds.serviceName()).isEqualTo("default/shop:80"));
    assertThat(web().secrets()).containsOnlyKeys("default/client");
    assertThat(shown(cluster())).isEmpty();
    assertThat(conditions(Kind.GATEWAY, "web")).containsExactly("true ResolvedRefs: ");
    assertThat(XdsNames.portOf(OWN)).isEqualTo("default/shop:80");
  }

  @Test
  void withoutItsCertificateAGatewayCallsNobodyByTls() {
    policy("");
    assertThat(target()).contains(OWN);
    assertThat(ownCluster().endpoints()).isInstanceOf(EndpointSource.Static.class);
    assertThat(conditions(Kind.GATEWAY, "web"))
        .containsExactly(
            "false InvalidClientCertificateRef: there is no secret/default/client: requests to"
                + " backends with TLS are answered by an error");
    fleet.put(TestFleet.authority("client"));
    assertThat(conditions(Kind.GATEWAY, "web"))
        .singleElement()
        .asString()
        .startsWith("false InvalidClientCertificateRef: secret/default/client has no tls.crt");
    fleet.put(TestFleet.certificate("client"));
    assertThat(ownCluster().endpoints()).isInstanceOf(EndpointSource.Eds.class);
  }

  @Test
  void aCertificateOfAnotherNamespaceNeedsAGrant() {
    policy("");
    gateway("{name: client, namespace: vault}");
    assertThat(conditions(Kind.GATEWAY, "web"))
        .singleElement()
        .asString()
        .startsWith("false RefNotPermitted: gateway/default/web may not refer to");
    assertThat(ownCluster().endpoints()).isInstanceOf(EndpointSource.Static.class);
    fleet.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {name: g, namespace: vault}
        spec:
          from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: default}]
          to: [{group: "", kind: Secret}]
        """);
    assertThat(conditions(Kind.GATEWAY, "web"))
        .singleElement()
        .asString()
        .startsWith("false InvalidClientCertificateRef");
  }

  @Test
  void thePolicyOfAServiceWins() {
    fleet.put(TestFleet.certificate("client"));
    policy("gateway.headgate.io/client-certificate: own");
    assertThat(target()).contains("default/shop:80").doesNotContain("@");
    assertThat(cluster().endpoints()).isInstanceOf(EndpointSource.Static.class);
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p"))
        .containsExactly(
            "false InvalidClientCertificateRef: there is no secret/default/own: requests are"
                + " answered by an error");
    fleet.put(TestFleet.certificate("own"));
    assertThat(shown(cluster())).containsExactly(discovered("default/own"));
    assertThat(cluster().endpoints()).isInstanceOf(EndpointSource.Eds.class);
    assertThat(
            Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop"))).secrets())
        .containsOnlyKeys("backendtlspolicy/default/p", "default/own");
    assertThat(conditions(Kind.BACKEND_TLS_POLICY, "p")).containsExactly("true ResolvedRefs: ");
  }
}
