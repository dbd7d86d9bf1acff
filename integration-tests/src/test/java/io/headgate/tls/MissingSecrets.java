package io.headgate.tls;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Secrets that the control plane, or a service of secrets, does not have: nothing is let in, and
 * never in clear text.
 */
final class MissingSecrets implements Topic {
  private static final String SECRET =
      "{name: %s, sds_config: {%s, resource_api_version: V3, initial_fetch_timeout: 1s}}";

  /** Where secrets come from, by what the names of the doors begin with. */
  static final Map<String, String> SOURCES =
      Map.of(
          "ads", "ads: {}",
          "service", SecretServer.source("sds", "GRPC"),
          "socket", SecretServer.source("sds-socket", "DELTA_GRPC"));

  /** A secret from one of the sources. */
  static String from(String source, String name) {
    return SECRET.formatted(name, Objects.requireNonNull(SOURCES.get(source)));
  }

  /** The one secret that it has. */
  static Secret present(Map<String, String> material) throws IOException {
    return Secret.newBuilder()
        .setName("somebody")
        .setTlsCertificate(
            TlsCertificate.newBuilder()
                .setCertificateChain(inline(material, "late_pem"))
                .setPrivateKey(inline(material, "late_key")))
        .build();
  }

  private static DataSource inline(Map<String, String> material, String file) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(Objects.requireNonNull(material.get(file))));
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(bytes)).build();
  }

  private static String from(String name) {
    return from("ads", name);
  }

  @Override
  public List<Door> doors() {
    return List.of(
        Door.of(
            "sent-certificate",
            "common_tls_context: {tls_certificate_sds_secret_configs: [" + from("somebody") + "]}"),
        Door.of(
            "no-certificate",
            "common_tls_context: {tls_certificate_sds_secret_configs: [" + from("nobody") + "]}"),
        Door.of(
            "no-ca",
            Door.tls("default", "validation_context_sds_secret_config: " + from("nobodys-ca"))
                + ", require_client_certificate: true"),
        Door.of(
            "no-optional-ca",
            Door.tls("default", "validation_context_sds_secret_config: " + from("nobodys-ca"))),
        Door.of(
            "no-combined-ca",
            Door.tls(
                "default",
                "combined_validation_context: {default_validation_context: {},"
                    + " validation_context_sds_secret_config: "
                    + from("nobodys-ca")
                    + "}")),
        Door.of(
            "no-keys",
            Door.tls("default")
                + ", session_ticket_keys_sds_secret_config: "
                + from("nobodys-keys")),
        sent("service"),
        missing("service"),
        sent("socket"),
        missing("socket"));
  }

  private static Door sent(String source) {
    return Door.of(
        source + "-certificate",
        "common_tls_context: {tls_certificate_sds_secret_configs: ["
            + from(source, "somebody")
            + "]}");
  }

  private static Door missing(String source) {
    return Door.of(
        source + "-nothing",
        "common_tls_context: {tls_certificate_sds_secret_configs: ["
            + from(source, "nobody")
            + "]}");
  }

  private static Case shown(String door) {
    return Case.of(
        "TLS at " + door,
        Client.of(door, "late.test").show(Client.Show.CERTIFICATE),
        "200 late.test");
  }

  private static Case tls(String door) {
    return Case.of("TLS at " + door, Client.of(door, "default.test").shows("good"), "refused");
  }

  private static Case clear(String door) {
    return Case.of("clear text at " + door, Client.clearText(door, "/", "default.test"), "refused");
  }

  @Override
  public List<Case> cases() {
    return List.of(
        shown("sent-certificate"),
        clear("sent-certificate"),
        tls("no-certificate"),
        clear("no-certificate"),
        tls("no-ca"),
        clear("no-ca"),
        tls("no-optional-ca"),
        clear("no-optional-ca"),
        tls("no-combined-ca"),
        tls("no-keys"),
        clear("no-keys"),
        shown("service-certificate"),
        clear("service-certificate"),
        tls("service-nothing"),
        clear("service-nothing"),
        shown("socket-certificate"),
        clear("socket-certificate"),
        tls("socket-nothing"),
        clear("socket-nothing"));
  }
}
