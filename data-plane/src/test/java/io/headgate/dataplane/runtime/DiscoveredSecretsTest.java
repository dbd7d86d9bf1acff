package io.headgate.dataplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for of secrets, and when clusters that are made of them serve. */
class DiscoveredSecretsTest {
  /** A cluster of the harness's bootstrap. */
  private static final SecretService SERVICE = new SecretService("control-plane", false);

  private static final SecretService DELTA = new SecretService("control-plane", true);

  @TempDir Path directory;
  private final RuntimeHarness harness = new RuntimeHarness().live();
  private byte[] authority = new byte[0];

  @BeforeEach
  void authority() throws Exception {
    authority = Files.readAllBytes(TestCertificate.of("ca.test", directory).chain());
    harness.asked.clear();
  }

  private static SecretRef fromControlPlane(String name) {
    return new SecretRef.Discovered(name, RuntimeHarness.FETCH);
  }

  private static SecretRef from(SecretService service, String name) {
    return new SecretRef.FromService(name, service, RuntimeHarness.FETCH);
  }

  private static Cluster cluster(String name, SecretRef authorities) {
    Cluster plain = RuntimeHarness.fixed(name);
    UpstreamTls tls =
        new UpstreamTls(
            new TlsSettings(
                List.of(),
                new ValidationSource(CertificateValidation.NONE, authorities),
                List.of(),
                TlsParameters.DEFAULT),
            "");
    ClusterOptions options = ClusterOptions.DEFAULT;
    return new Cluster(
        name,
        plain.endpoints(),
        plain.loadBalancing(),
        plain.connectTimeout(),
        plain.circuitBreakers(),
        null,
        new ClusterOptions(
            options.http(),
            tls,
            options.lrsSelf(),
            options.lrsMetrics(),
            options.perConnectionBufferLimitBytes(),
            options.metadata()));
  }

  private List<Versioned<Secret>> secrets(String... names) {
    return java.util.Arrays.stream(names).map(name -> secret(name, authority)).toList();
  }

  private static Versioned<Secret> secret(String name, byte[] pem) {
    return new Versioned<>(
        name,
        "1",
        new Secret(
            name,
            new CertificateValidation(
                CertificateValidation.Trust.of(new DataSource.Inline(pem)),
                CertificateValidation.PeerIdentity.ANY)));
  }

  private boolean serves(String cluster) {
    return harness.runtime.clusters().find(cluster) != null;
  }

  @Test
  void theSecretsOfAConfigThatWasReplacedAreAskedForNoLonger() {
    harness.clusters("1", cluster("c", fromControlPlane("a")));
    harness.runtime.updateSecrets(secrets("a"));
    assertThat(serves("c")).isTrue();
    harness.clusters("2", cluster("c", fromControlPlane("b")));
    assertThat(harness.asked).endsWith("secrets [a, b]");
    harness.runtime.updateSecrets(secrets("b"));
    assertThat(harness.asked).endsWith("secrets [b]");
  }

  @Test
  void aClusterWaitsForTheSecretOfItsService() {
    harness.clusters("1", cluster("c", from(SERVICE, "a")));
    assertThat(harness.asked).containsExactly("secrets of control-plane [a]");
    harness.runtime.updateSecrets(secrets("a")); // the control plane's is another
    assertThat(serves("c")).isFalse();
    assertThat(RuntimeHarness.state(harness.runtime.clusterStates(), "c"))
        .satisfies(state ->
            assertThat(state.warmingReason()).isEqualTo("secret \"a\" of cluster control-plane"));
    harness.runtime.updateSecrets(SERVICE, secrets("a"));
    assertThat(serves("c")).isTrue();
  }

  @Test
  void theEndOfTheWaitLetsItServeWithoutConnections() {
    harness.clusters("1", cluster("c", from(SERVICE, "a")));
    harness.runtime.secretsSettled("a");
    harness.runtime.secretsSettled(DELTA, "a");
    assertThat(serves("c")).isFalse();
    harness.runtime.secretsSettled(SERVICE, "a");
    assertThat(serves("c")).isTrue();
  }

  @Test
  void eachServiceHasSecretsOfItsOwnAndIsLeftWhenNothingNamesIt() {
    harness.clusters("1", cluster("c", from(SERVICE, "a")), cluster("d", from(DELTA, "a")));
    harness.runtime.updateSecrets(SERVICE, secrets("a"));
    assertThat(serves("c")).isTrue();
    assertThat(serves("d")).isFalse();
    harness.asked.clear();
    harness.clusters("2", cluster("d", from(SERVICE, "b")));
    assertThat(harness.asked).contains("secrets of control-plane [a, b]");
    harness.removeClusters("c", "d");
    assertThat(harness.asked).endsWith("secrets of control-plane []");
    harness.clusters("3", cluster("e", fromControlPlane("x")));
    assertThat(harness.asked).endsWith("secrets [x]");
  }

  @Test
  void aBadSecretIsRefusedAndTheLastGoodOneStays() {
    harness.clusters("1", cluster("c", from(SERVICE, "a")));
    harness.runtime.updateSecrets(SERVICE, secrets("a"));
    Map<String, String> refused =
        harness.runtime.updateSecrets(
            SERVICE, List.of(secret("a", "nothing".getBytes(StandardCharsets.UTF_8))));
    assertThat(refused.get("a")).contains("trusted_ca").doesNotContain("nothing");
    assertThat(serves("c")).isTrue();
  }

  @Test
  void aServiceMustBeAClusterOfTheBootstrap() {
    harness.clusters("1", RuntimeHarness.fixed("sent"), cluster("good", from(SERVICE, "a")));
    for (String name : List.of("sent", "nobody")) {
      SecretRef ref = new SecretRef.FromService("a", new SecretService(name, false), Duration.ZERO);
      for (String cluster : List.of("new", "good")) {
        Map<String, String> refused =
            harness.runtime.updateClusters(
                RuntimeHarness.versioned("2", cluster(cluster, ref)), List.of());
        assertThat(refused.get(cluster))
            .isEqualTo(
                "secret \"a\": sds_config.api_config_source names cluster \""
                    + name
                    + "\": it is not among the bootstrap's static_resources; name a static cluster"
                    + " of the bootstrap");
      }
    }
    assertThat(RuntimeHarness.state(harness.runtime.clusterStates(), "good")).isNotNull();
  }
}
