package io.headgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Ports;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New certificates, authorities and ticket keys while clients are at work: none notices. */
class RotationTest {
  private static final int ROUNDS =
      Integer.parseInt(System.getenv().getOrDefault("HEADGATE_TLS_ROTATIONS", "1"));
  private static final Duration IN_FORCE = Duration.ofSeconds(20);
  private static final int TICKET_KEY = 80;

  @TempDir private Path directory = Path.of("");

  private final Map<String, Integer> ports = new TreeMap<>();
  private final SecureRandom random = new SecureRandom();
  private final List<Load> loads = new ArrayList<>();
  private final Authority sites = Authority.root("sites");

  @Test
  void nobodyNoticesThatSecretsChange() throws Exception {
    List<Integer> free = new ArrayList<>(Ports.free(Peer.ADDRESS, RotatedSecrets.DOORS.size() + 2));
    RotatedSecrets.DOORS.forEach(door -> ports.put(door, free.removeLast()));
    int control = free.removeLast();
    int admin = free.removeLast();
    Authority authority = Authority.root("clients-0");
    List<byte[]> keys = List.of(key(), key());
    try (SecretServer server = new SecretServer(control, directory.resolve("sds"))) {
      RotatedSecrets secrets =
          new RotatedSecrets(
              directory, server, sites.issue(Leaf.dns("site.test")), authority.pem(), keys);
      Issued client = authority.issue(Leaf.dns("client-0.test"));
      AtomicReference<SSLContext> identity = new AtomicReference<>(Identity.of(client));
      try (Peer proxy = start(admin, control)) {
        for (String door : RotatedSecrets.DOORS) {
          loads.add(new Load(port(door), identity::get));
        }
        for (int round = 1; round <= ROUNDS; round++) {
          rotateSite(secrets, client);
          keys = rotateKeys(secrets, keys, client);
          Authority next = Authority.root("clients-" + round);
          Issued newer = next.issue(Leaf.dns("client-" + round + ".test"));
          secrets.authorities(authority.pem() + next.pem());
          changeClients(newer, identity);
          secrets.authorities(next.pem());
          awaitRefusal(client);
          client = newer;
          authority = next;
        }
        for (Load load : loads) {
          load.close();
        }
        report(proxy);
        assertThat(loads.stream().flatMap(load -> load.failures().stream())).isEmpty();
        assertThat(server.refusals()).isEmpty();
      }
    }
  }

  private void report(Peer proxy) {
    long requests = loads.stream().mapToLong(Load::requests).sum();
    long connections = loads.stream().mapToLong(Load::connections).sum();
    long failures = loads.stream().mapToLong(load -> load.failures().size()).sum();
    long resumed =
        proxy.stats("listener\\..*\\.ssl\\.session_reused").values().stream()
            .mapToLong(Long::longValue)
            .sum();
    System.out.printf(
        "rotation: %d rounds of certificates, ticket keys and authorities at %d listeners: %d"
            + " requests, %d connections (%d handshakes resumed), %d failed%n",
        ROUNDS, loads.size(), requests, connections, resumed, failures);
    assertThat(requests).isGreaterThan(0);
  }

  private Peer start(int admin, int control) {
    StringBuilder listeners = new StringBuilder();
    RotatedSecrets.doors().forEach(door -> listeners.append(door.yaml(port(door.name()))));
    Map<String, String> values = new HashMap<>();
    values.put("dir", directory.toString());
    values.put("admin", Integer.toString(admin));
    values.put("control", Integer.toString(control));
    values.put("clusters", SecretServer.clusters(control, directory.resolve("sds")).indent(2));
    values.put("listeners", Template.fill(listeners.toString().indent(2), values));
    return new Peer(Peer.HEADGATE, Peer.config(), values, admin, directory);
  }

  private int port(String door) {
    return Objects.requireNonNull(ports.get(door), door);
  }

  private byte[] key() {
    byte[] key = new byte[TICKET_KEY];
    random.nextBytes(key);
    return key;
  }

  private void rotateSite(RotatedSecrets secrets, Issued client) throws IOException {
    Issued next = sites.issue(Leaf.dns("site.test"));
    secrets.site(next);
    for (String door : RotatedSecrets.DOORS) {
      await("the new certificate at " + door)
          .atMost(IN_FORCE)
          .until(() -> shown(door, client).equals(next.certificate()));
    }
  }

  /** A client that has no session, which would keep the certificate that it was made with. */
  private X509Certificate shown(String door, Issued client) throws IOException {
    try (SSLSocket socket = Load.connect(port(door), Identity.of(client))) {
      Load.ask(socket);
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** A session outlives one change of the keys, and not the second; returns those in force then. */
  private List<byte[]> rotateKeys(RotatedSecrets secrets, List<byte[]> keys, Issued client)
      throws IOException, InterruptedException {
    Path pem = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    Files.writeString(pem, client.chain());
    Files.writeString(key, client.key());
    OpenSsl openssl =
        new OpenSsl(
            "rotation",
            directory,
            Map.of("client_pem", pem.toString(), "client_key", key.toString()));
    Map<String, Path> sessions = new HashMap<>();
    for (String door : RotatedSecrets.DOORS) {
      sessions.put(door, openssl.session(resuming(door), port(door)));
    }
    byte[] next = key();
    secrets.keys(List.of(next, keys.getFirst()));
    for (String door : RotatedSecrets.DOORS) {
      Path session = Objects.requireNonNull(sessions.get(door));
      assertThat(openssl.resume(resuming(door), port(door), session)).isEqualTo("200 resumed");
    }
    List<byte[]> last = List.of(key(), next);
    secrets.keys(last);
    for (String door : RotatedSecrets.DOORS) {
      Path session = Objects.requireNonNull(sessions.get(door));
      await("the end of the first key at " + door)
          .atMost(IN_FORCE)
          .until(() -> openssl.resume(resuming(door), port(door), session).equals("200 new"));
    }
    return last;
  }

  private static Client resuming(String door) {
    return Client.of(door, "site.test").shows("client").show(Client.Show.RESUMED);
  }

  /** Both authorities are trusted meanwhile. */
  private void changeClients(Issued newer, AtomicReference<SSLContext> identity) {
    for (String door : RotatedSecrets.DOORS) {
      await("the new authority at " + door).atMost(IN_FORCE).until(() -> isLetIn(door, newer));
    }
    identity.set(Identity.of(newer));
    for (Load load : loads) {
      long seen = load.connections();
      // The one that was being made may show the old certificate, the next can not.
      await("clients with it").atMost(IN_FORCE).until(() -> load.connections() > seen + 1);
    }
  }

  private void awaitRefusal(Issued older) {
    for (String door : RotatedSecrets.DOORS) {
      await("the end of the old authority at " + door)
          .atMost(IN_FORCE)
          .until(() -> !isLetIn(door, older));
    }
  }

  private boolean isLetIn(String door, Issued client) {
    try {
      shown(door, client);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
