package io.headgate.deploy.fleet;

import io.headgate.deploy.process.EtcdProcess;
import io.headgate.deploy.process.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A running fleet: etcd, control planes, proxies and backends, each a process of its own. */
public final class LocalFleet implements AutoCloseable {

  private final Installation installation;
  private final Path directory;
  private final FleetSpec spec;
  private final String token = newToken();
  private final EtcdProcess etcd;
  private final List<ControlPlaneProcess> controlPlanes = new ArrayList<>();
  private final List<ProxyProcess> proxies = new ArrayList<>();
  private final List<BackendProcess> backends = new ArrayList<>();

  /** Starts everything and waits until the control planes are ready and the backends registered. */
  public LocalFleet(Installation installation, Path directory, FleetSpec spec) {
    this.installation = installation;
    this.directory = directory;
    this.spec = spec;
    this.etcd = new EtcdProcess(directory);
    try {
      startAll();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Path tokens() {
    return directory.resolve("tokens");
  }

  private void startAll() {
    try {
      Files.writeString(tokens(), "operator admin sha256:" + sha256(token) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 1; i <= spec.replicas(); i++) {
      controlPlanes.add(newReplica("control-plane-" + i));
    }
    for (String service : spec.services()) {
      for (int i = 1; i <= spec.backends(); i++) {
        backends.add(newBackend(service, service + "-" + i));
      }
    }
    List<Integer> ports = controlPlanes.stream().map(ControlPlaneProcess::xdsPort).toList();
    for (int i = 0; i < spec.proxyAddresses().size(); i++) {
      proxies.add(
          new ProxyProcess(
              installation,
              directory,
              "proxy-" + (i + 1),
              spec.proxyAddresses().get(i),
              ports,
              spec.apiType()));
    }
    controlPlanes.forEach(ControlPlaneProcess::awaitReady);
    backends.forEach(BackendProcess::awaitPort);
  }

  /**
   * Starts one more control plane, which is not among {@link #controlPlanes()}: the caller stops
   * it.
   */
  public ControlPlaneProcess newReplica(String id) {
    return new ControlPlaneProcess(
        installation, directory, id, etcd.endpoint(), tokens(), List.of());
  }

  /** Starts one more backend, which is not among {@link #backends()}: the caller stops it. */
  public BackendProcess newBackend(String service, String instance) {
    return new BackendProcess(
        installation, directory, service, instance, etcd.endpoint(), spec.capacity());
  }

  public Path directory() {
    return directory;
  }

  public EtcdProcess etcd() {
    return etcd;
  }

  public List<ControlPlaneProcess> controlPlanes() {
    return controlPlanes;
  }

  public List<ProxyProcess> proxies() {
    return proxies;
  }

  public List<BackendProcess> backends() {
    return backends;
  }

  /** A backend by its instance name. */
  public BackendProcess backend(String instance) {
    return backends.stream()
        .filter(backend -> backend.instance().equals(instance))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no backend " + instance));
  }

  /** Of a principal with the role admin. */
  public String token() {
    return token;
  }

  /** The command line, with all control planes and the token in its environment. */
  public CommandLine commandLine() {
    return new CommandLine(
        installation.program("headgate"),
        Map.of(
            "HEADGATE_SERVER",
            controlPlanes.stream().map(ControlPlaneProcess::api).collect(Collectors.joining(",")),
            "HEADGATE_TOKEN",
            token));
  }

  /** The body of a GET of the REST API at one replica; a refusal is an exception. */
  public String rest(ControlPlaneProcess replica, String path) {
    var answer =
        Http.get(replica.api() + "/api/v1" + path, "Authorization", "Bearer " + token)
            .orElseThrow(() -> new IllegalStateException(replica.id() + " does not answer"));
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** Stops everything: those that take traffic first, etcd last. */
  @Override
  public void close() {
    proxies.forEach(proxy -> proxy.process().terminate());
    backends.forEach(backend -> backend.process().terminate());
    proxies.forEach(ProxyProcess::close);
    backends.forEach(BackendProcess::close);
    controlPlanes.forEach(replica -> replica.process().terminate());
    controlPlanes.forEach(ControlPlaneProcess::close);
    etcd.close();
  }

  private static String newToken() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
