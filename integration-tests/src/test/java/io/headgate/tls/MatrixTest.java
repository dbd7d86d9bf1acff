package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Each case at Headgate and at Envoy, which run the same config. */
@TestInstance(Lifecycle.PER_CLASS)
class MatrixTest {
  private static final List<Topic> TOPICS =
      List.of(
          new ServerNames(),
          new ClientCertificates(),
          new Protocols(),
          new Resumption(),
          new MissingSecrets(),
          new Forwarded(),
          new Upstreams());

  private static final int AT_ONCE = 6;

  /** A build has every third case, and those where verdicts differ. */
  private static final int STEP = System.getenv("HEADGATE_FULL") == null ? 3 : 1;

  @TempDir private static Path directory = Path.of("");

  private final List<Case> cases = new ArrayList<>();
  private final Map<String, Map<String, Integer>> ports = new HashMap<>();
  private final Map<String, OpenSsl> clients = new HashMap<>();
  private final Map<String, Future<String>> verdicts = new HashMap<>();
  private final ExecutorService clientsAtWork = Executors.newFixedThreadPool(AT_ONCE);
  private final List<Peer> peers = new ArrayList<>();
  private @Nullable SecretServer control;
  private Map<String, String> material = Map.of();

  @BeforeAll
  void start() throws IOException {
    List<Case> all = TOPICS.stream().flatMap(topic -> topic.cases().stream()).toList();
    assertThat(all.stream().map(Case::name)).doesNotHaveDuplicates();
    for (int i = 0; i < all.size(); i++) {
      if (i % STEP == 0 || all.get(i).envoy() != null) {
        cases.add(all.get(i));
      }
    }
    material = new Material(directory).values();
    List<Door> doors = TOPICS.stream().flatMap(topic -> topic.doors().stream()).toList();
    List<Integer> free = new ArrayList<>(Ports.free(Peer.ADDRESS, 2 * (doors.size() + 1) + 1));
    int controlPort = free.removeLast();
    control = new SecretServer(controlPort, directory.resolve("sds"));
    control.put(MissingSecrets.present(material));
    for (String name : List.of(Peer.HEADGATE, Peer.ENVOY)) {
      Map<String, Integer> own = new TreeMap<>();
      doors.forEach(door -> own.put(door.name(), free.removeLast()));
      ports.put(name, own);
    }
    for (String name : List.of(Peer.HEADGATE, Peer.ENVOY)) {
      String other = name.equals(Peer.ENVOY) ? Peer.HEADGATE : Peer.ENVOY;
      StringBuilder listeners = new StringBuilder();
      doors.forEach(door -> listeners.append(door.yaml(port(name, door.name()))));
      StringBuilder clusters = new StringBuilder();
      boolean every = name.equals(Peer.HEADGATE);
      TOPICS.stream()
          .flatMap(topic -> topic.upstreams().stream())
          .forEach(one ->
              clusters.append(
                  one.yaml(
                      port(other, one.door()), every || !one.name().equals(Upstreams.NO_SECRET))));
      Map<String, String> values = new HashMap<>(material);
      int admin = free.removeLast();
      values.put("admin", Integer.toString(admin));
      values.put("control", Integer.toString(controlPort));
      values.put("listeners", Template.fill(listeners.toString().indent(2), material));
      clusters.append(SecretServer.clusters(controlPort, directory.resolve("sds")));
      values.put("clusters", Template.fill(clusters.toString().indent(2), material));
      peers.add(new Peer(name, Peer.config(), values, admin, directory));
      ports
          .getOrDefault(name, Map.of())
          .forEach((door, port) -> values.put("port_" + door, port.toString()));
      clients.put(name, new OpenSsl(name, directory, values));
    }
  }

  private int port(String peer, String door) {
    return Objects.requireNonNull(
        Objects.requireNonNull(ports.get(peer)).get(door), () -> "no listener " + door);
  }

  @AfterAll
  void stop() {
    clientsAtWork.shutdownNow();
    peers.forEach(Peer::close);
    if (control != null) {
      control.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theVerdictIsTheSame() {
    cases.forEach(one -> {
      begin(Peer.HEADGATE, one);
      begin(Peer.ENVOY, one);
    });
    return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
  }

  /** What handshakes used has the same names; each door of the matrix has seen the same clients. */
  @Test
  void handshakesAreCountedByTheSameNames() throws InterruptedException, ExecutionException {
    for (String cipher :
        List.of("ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384")) {
      Case one =
          Case.of(
              cipher, Client.of("any", "exact.test").flags("-tls1_2", "-cipher", cipher), "200");
      check(one);
    }
    check(Case.of("a certificate", Client.of("clients-ca", "default.test").shows("good"), "200"));
    Set<String> ours = names(Peer.HEADGATE);
    assertThat(ours)
        .contains("any ssl.versions.TLSv1.2", "clients-ca ssl.sigalgs.ecdsa_secp256r1_sha256");
    assertThat(ours).isEqualTo(names(Peer.ENVOY));
  }

  private Set<String> names(String peer) {
    Set<String> names = new TreeSet<>();
    for (String door : List.of("any", "clients-ca")) {
      String prefix = "listener.127.0.0.1_" + port(peer, door) + ".";
      peers
          .get(peer.equals(Peer.HEADGATE) ? 0 : 1)
          .stats("\\Q" + prefix + "\\Essl\\.(versions|ciphers|curves|sigalgs)\\..*")
          .forEach((name, value) -> names.add(door + " " + name.substring(prefix.length())));
    }
    return names;
  }

  private void check(Case one) throws InterruptedException, ExecutionException {
    String ours = begin(Peer.HEADGATE, one).get();
    String theirs = begin(Peer.ENVOY, one).get();
    assertThat("Headgate " + ours + ", Envoy " + theirs)
        .isEqualTo(
            Template.fill("Headgate " + one.expected() + ", Envoy " + one.ofEnvoy(), material));
  }

  private Future<String> begin(String peer, Case one) {
    return verdicts.computeIfAbsent(
        peer + " " + one.name(),
        key ->
            clientsAtWork.submit(() ->
                peer.equals(Peer.ENVOY) && one.ofEnvoy().equals(Case.NOT_RUN)
                    ? Case.NOT_RUN
                    : Objects.requireNonNull(clients.get(peer))
                        .verdict(one.client(), port(peer, one.client().door()))));
  }
}
