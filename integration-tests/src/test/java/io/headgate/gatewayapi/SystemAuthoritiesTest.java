package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.tls.Authority;
import io.headgate.tls.Leaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code wellKnownCACertificates: System} means what the machine of each proxy trusts. */
class SystemAuthoritiesTest {
  private static final String URL = "sys.example.org/";

  private final Bed bed = Bed.shared();
  private final Authority trusted = Authority.root("sys trusted");
  private final Authority other = Authority.root("sys other");

  @Test
  void eachProxyTrustsWhatItsMachineTrusts() throws IOException {
    int port = bed.gateway("sys");
    try (TlsEcho echo = new TlsEcho("sys", trusted.issue(Leaf.dns("shop.sys.internal")))) {
      bed.service("default", "sys", echo.port(), "http");
      bed.apply(
          """
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: {name: sys}
          spec:
            parentRefs: [{name: sys}]
            rules: [{backendRefs: [{name: sys, port: 80}]}]
          ---
          apiVersion: gateway.networking.k8s.io/v1
          kind: BackendTLSPolicy
          metadata: {name: sys}
          spec:
            targetRefs: [{group: "", kind: Service, name: sys}]
            validation: {hostname: shop.sys.internal, wellKnownCACertificates: System}
          """);
      bed.awaitCondition(
          () -> bed.object("backendtlspolicy", "default", "sys").path("status"),
          "Accepted",
          "True Accepted");
      Path authorities = Path.of(bed.file("sys.pem", other.pem()));
      String address = bed.address().replaceFirst("2$", "3");
      try (ManagedProcess proxy = proxy(address, authorities)) {
        await()
            .atMost(Bed.BOUND)
            .untilAsserted(
                () -> assertThat(get(address, port).status()).as(proxy.output()).isEqualTo(503));
        assertThat(echo.requests()).isZero();

        Files.writeString(authorities, other.pem() + trusted.pem());
        await()
            .atMost(Bed.BOUND)
            .untilAsserted(
                () -> assertThat(get(address, port).service()).as(proxy.output()).isEqualTo("sys"));
        bed.awaitAnswer(port, URL, 503);
      }
    }
  }

  private static Answer get(String address, int port) {
    return Answer.of(
        address, port, "GET / HTTP/1.1\r\nhost: sys.example.org\r\nconnection: close\r\n\r\n");
  }

  private ManagedProcess proxy(String address, Path authorities) throws IOException {
    int controlPlane = bed.fleet().controlPlanes().getFirst().xdsPort();
    Path bootstrap =
        Files.writeString(
            bed.fleet().directory().resolve("sys.yaml"),
            ProxyProcess.bootstrap(
                "sys", Ports.free("127.0.0.1"), List.of(controlPlane), "DELTA_GRPC"));
    return ManagedProcess.start(
        "sys",
        Installation.find()
            .proxy(
                bootstrap,
                1,
                "--bind-address",
                address,
                "--system-authorities",
                authorities.toString()),
        Map.of(),
        bed.fleet().directory());
  }
}
