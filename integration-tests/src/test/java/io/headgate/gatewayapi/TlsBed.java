package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import io.headgate.tls.Leaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import tools.jackson.databind.JsonNode;

/**
 * Gateways, backends and policies with TLS for a test class.
 *
 * <p>All names begin with those of the class, as do the hosts: {@code a.tp.example.org}.
 */
final class TlsBed implements AutoCloseable {
  private final Bed bed;
  private final String prefix;
  private final Authority own;
  private final Authority backends;
  private final List<TlsEcho> echoes = new ArrayList<>();

  TlsBed(String prefix) {
    this(prefix, Bed.shared());
  }

  TlsBed(String prefix, Bed bed) {
    this.bed = bed;
    this.prefix = prefix;
    own = Authority.root(prefix + " own");
    backends = Authority.root(prefix + " backends");
    bed.service(prefix + "-plain");
    Issued certificate = own.issue(Leaf.dns("*." + prefix + ".example.org"));
    certificate(prefix + "-own", certificate);
  }

  @Override
  public void close() {
    echoes.forEach(TlsEcho::close);
  }

  /** The authority of the listeners. */
  Authority own() {
    return own;
  }

  /** The authority of the backends. */
  Authority backends() {
    return backends;
  }

  /** A client that knows the listeners, and that they do not know. */
  TlsAsker anonymous() {
    return TlsAsker.anonymous(own);
  }

  /** A Secret of texts: each name of an entry, and what it is. */
  void secret(String name, String... entries) {
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s}
        type: %s
        stringData:
        %s\
        """
            .formatted(
                name,
                entries[0].equals("tls.crt") ? "kubernetes.io/tls" : "Opaque",
                data(entries)));
  }

  /** A Secret with a certificate and its key. */
  void certificate(String name, Issued certificate) {
    try {
      secret(name, "tls.crt", certificate.chain(), "tls.key", certificate.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Secret with a certificate, its key, and what the authority's OCSP server says of it. */
  void stapled(String name, Issued certificate, byte[] staple) {
    bed.apply(stapledManifest(name, certificate, staple));
  }

  static String stapledManifest(String name, Issued certificate, byte[] staple) {
    try {
      return """
      apiVersion: v1
      kind: Secret
      metadata: {name: %s}
      type: kubernetes.io/tls
      data: {tls.ocsp-staple: %s}
      stringData:
      %s\
      """
          .formatted(
              name,
              Base64.getEncoder().encodeToString(staple),
              data("tls.crt", certificate.chain(), "tls.key", certificate.key()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A ConfigMap of texts: each name of an entry, and what it is. */
  void configMap(String name, String... entries) {
    bed.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data:
        %s\
        """
            .formatted(name, data(entries)));
  }

  private static String data(String... entries) {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < entries.length; i += 2) {
      data.append("  ").append(entries[i]).append(": |\n");
      entries[i + 1].lines().forEach(line -> data.append("    ").append(line).append('\n'));
    }
    return data.toString();
  }

  /** A gateway with listeners {@code a} and {@code b} of one port, and a route for all of it. */
  int gateway(String name) {
    int port = bed.port();
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %1$s}
        spec:
          gatewayClassName: headgate
          listeners:
          - name: a
            port: %2$d
            protocol: HTTPS
            hostname: a.%3$s.example.org
            tls: {certificateRefs: [{name: %3$s-own}]}
          - name: b
            port: %2$d
            protocol: HTTPS
            hostname: b.%3$s.example.org
            tls: {certificateRefs: [{name: %3$s-own}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %1$s}
        spec:
          parentRefs: [{name: %1$s}]
          rules: [{backendRefs: [{name: %3$s-plain, port: 80}]}]
        """
            .formatted(name, port, prefix));
    return port;
  }

  /** What is said of the clients of a gateway's listener {@code a}. */
  void clientPolicy(String gateway, String spec) {
    clientPolicy(gateway, ", sectionName: a", spec);
  }

  /** What is said of the clients of all of a gateway's listeners. */
  void widePolicy(String gateway, String spec) {
    clientPolicy(gateway, "", spec);
  }

  private void clientPolicy(String gateway, String section, String spec) {
    bed.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: %1$s}
        spec:
          targetRefs: [{kind: Gateway, name: %1$s%3$s}]
        %2$s\
        """
            .formatted(gateway, spec.indent(2), section));
  }

  /** Waits for a status; 0 is a connection that is refused. */
  void awaitStatus(TlsAsker client, int port, String host, int status) {
    awaitAnswer(client, port, host, answer -> assertThat(answer.status()).isEqualTo(status));
  }

  void awaitAnswer(TlsAsker client, int port, String host, ThrowingConsumer<Answer> expected) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(client.get(bed.address(), port, host)).satisfies(expected));
  }

  /** A service with a backend that speaks TLS. */
  TlsEcho backend(String name, Leaf leaf) {
    TlsEcho echo = new TlsEcho(name, backends.issue(leaf));
    echoes.add(echo);
    bed.service("default", name, echo.port(), "http");
    return echo;
  }

  /** A service with a backend that wants certificates of its clients. */
  TlsEcho mutualBackend(String name, Leaf leaf, Authority callers) {
    TlsEcho echo = new TlsEcho(name, backends.issue(leaf), callers);
    echoes.add(echo);
    bed.service("default", name, echo.port(), "http");
    return echo;
  }

  /** A route of {@code <service>.example.org} to a service. */
  void route(String gateway, String service) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %1$s}
        spec:
          parentRefs: [{name: %2$s}]
          hostnames: [%1$s.example.org]
          rules: [{backendRefs: [{name: %1$s, port: 80}]}]
        """
            .formatted(service, gateway));
  }

  /** How a service is spoken to by TLS. */
  void backendPolicy(String name, String service, String validation) {
    bed.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: %s}
        spec:
          targetRefs: [{group: "", kind: Service, name: %s}]
          validation: {%s}
        """
            .formatted(name, service, validation));
  }

  /** What is said of a BackendTLSPolicy. */
  JsonNode status(String policy) {
    return bed.object("backendtlspolicy", "default", policy).path("status");
  }
}
