package io.headgate.tls;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One set of secrets in every form that a proxy can take them from: the listeners {@code files}
 * (each file is replaced), {@code linked} (a link to a directory is moved), {@code secrets} (files
 * of secrets), {@code ads} (the control plane), {@code service} and {@code socket} (a service of
 * secrets, at a Unix socket in the end).
 */
final class RotatedSecrets {
  static final List<String> DOORS =
      List.of("files", "linked", "secrets", "ads", "service", "socket");

  private final Path directory;
  private final SecretServer server;
  private Issued site;
  private String authorities;
  private List<byte[]> keys;
  private int version;

  RotatedSecrets(
      Path directory, SecretServer server, Issued site, String authorities, List<byte[]> keys)
      throws IOException {
    this.directory = directory;
    this.server = server;
    this.site = site;
    this.authorities = authorities;
    this.keys = keys;
    Files.createDirectory(directory.resolve("files"));
    Files.createDirectory(directory.resolve("secrets"));
    spread();
  }

  /** The listeners, of which each takes all of its secrets in one way. */
  static List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    for (String name : List.of("files", "linked")) {
      doors.add(
          Door.of(
              name,
              """
              common_tls_context: {tls_certificates: [{certificate_chain: {filename: "${dir}/%s/site.pem"}, \
              private_key: {filename: "${dir}/%s/site.key"}}], \
              validation_context: {trusted_ca: {filename: "${dir}/%s/ca.pem"}}}, \
              session_ticket_keys: {keys: [{filename: "${dir}/%s/sealing"}, {filename: "${dir}/%s/opening"}]}, \
              require_client_certificate: true\
              """
                  .replace("%s", name)));
    }
    doors.add(
        Door.of("secrets", discovered("path_config_source: {path: \"${dir}/secrets/%s.yaml\"}")));
    doors.add(Door.of("ads", discovered("ads: {}")));
    doors.add(Door.of("service", discovered(SecretServer.source("sds", "GRPC"))));
    doors.add(Door.of("socket", discovered(SecretServer.source("sds-socket", "DELTA_GRPC"))));
    return doors;
  }

  private static String discovered(String source) {
    return """
    common_tls_context: {tls_certificate_sds_secret_configs: [%s], \
    validation_context_sds_secret_config: %s}, \
    session_ticket_keys_sds_secret_config: %s, require_client_certificate: true\
    """
        .formatted(named("site", source), named("ca", source), named("tickets", source));
  }

  private static String named(String name, String source) {
    return "{name: %s, sds_config: {resource_api_version: V3, %s}}"
        .formatted(name, source.replace("%s", name));
  }

  void site(Issued next) throws IOException {
    site = next;
    spread();
  }

  void authorities(String next) throws IOException {
    authorities = next;
    spread();
  }

  void keys(List<byte[]> next) throws IOException {
    keys = next;
    spread();
  }

  private void spread() throws IOException {
    version++;
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("site.pem", utf8(site.chain()));
    files.put("site.key", utf8(site.key()));
    files.put("ca.pem", utf8(authorities));
    // The key that has sealed till now is among them at every moment.
    files.put("opening", keys.getLast());
    files.put("sealing", keys.getFirst());
    Path next = Files.createDirectory(directory.resolve("v" + version));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(next.resolve(file.getKey()), file.getValue());
      replace(directory.resolve("files").resolve(file.getKey()), file.getValue());
    }
    Path link = directory.resolve("link-" + version);
    Files.createSymbolicLink(link, next);
    Files.move(link, directory.resolve("linked"), StandardCopyOption.ATOMIC_MOVE);
    replace(directory.resolve("secrets/site.yaml"), utf8(inFile("site", siteYaml())));
    replace(
        directory.resolve("secrets/ca.yaml"),
        utf8(
            inFile(
                "ca",
                "validation_context: {trusted_ca: {inline_bytes: %s}}"
                    .formatted(base64(utf8(authorities))))));
    replace(
        directory.resolve("secrets/tickets.yaml"),
        utf8(
            inFile(
                "tickets",
                "session_ticket_keys: {keys: [{inline_bytes: %s}, {inline_bytes: %s}]}"
                    .formatted(base64(keys.getFirst()), base64(keys.getLast())))));
    send();
  }

  private String siteYaml() throws IOException {
    return "tls_certificate: {certificate_chain: {inline_bytes: %s}, private_key: {inline_bytes: %s}}"
        .formatted(base64(utf8(site.chain())), base64(utf8(site.key())));
  }

  private String inFile(String name, String value) {
    return """
    version_info: "%d"
    resources:
    - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
      name: %s
      %s
    """
        .formatted(version, name, value);
  }

  private void send() throws IOException {
    server.put(
        Secret.newBuilder()
            .setName("site")
            .setTlsCertificate(
                TlsCertificate.newBuilder()
                    .setCertificateChain(source(utf8(site.chain())))
                    .setPrivateKey(source(utf8(site.key()))))
            .build(),
        Secret.newBuilder()
            .setName("ca")
            .setValidationContext(
                CertificateValidationContext.newBuilder().setTrustedCa(source(utf8(authorities))))
            .build(),
        Secret.newBuilder()
            .setName("tickets")
            .setSessionTicketKeys(
                TlsSessionTicketKeys.newBuilder()
                    .addKeys(source(keys.getFirst()))
                    .addKeys(source(keys.getLast())))
            .build());
  }

  private static DataSource source(byte[] bytes) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(bytes)).build();
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, bytes);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
