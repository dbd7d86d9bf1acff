package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.tls.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Keys of session tickets that two proxies share: sessions resume at either. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTicketsTest {
  private static final String POLICY =
      "tls: {session: {resumption: {stateless: {ticketKeysRef: {name: tt-keys}}}}}";

  private final Bed bed = new Bed(2);
  private final TlsBed tls = new TlsBed("tt", bed);
  private final TlsAsker anonymous = tls.anonymous();
  @TempDir private Path directory;

  @AfterAll
  void stop() {
    tls.close();
    bed.close();
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[80];
    Arrays.fill(key, (byte) seed);
    return key;
  }

  private void keys(byte[]... keys) {
    byte[] all = new byte[80 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      System.arraycopy(keys[i], 0, all, 80 * i, 80);
    }
    bed.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: tt-keys}
        data: {tls.ticket-keys: %s}
        """
            .formatted(Base64.getEncoder().encodeToString(all)));
  }

  /** Makes a session at a proxy; the file that holds it. */
  private Path session(int proxy, int port, String host, String... flags) {
    Path session = directory.resolve("session-" + System.nanoTime());
    openssl(proxy, port, host, List.of("-sess_out", session.toString()), flags);
    assertThat(session).exists();
    return session;
  }

  /** Whether a proxy resumes a session; the handshake must succeed either way. */
  private boolean resumes(int proxy, int port, String host, Path session, String... flags) {
    String output = openssl(proxy, port, host, List.of("-sess_in", session.toString()), flags);
    assertThat(output).containsAnyOf("\nNew, TLS", "\nReused, TLS").contains("HTTP/1.1 200");
    return output.contains("\nReused, TLS");
  }

  private String openssl(int proxy, int port, String host, List<String> more, String... flags) {
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-ign_eof"));
    command.addAll(List.of("-connect", bed.address(proxy) + ":" + port, "-servername", host));
    command.addAll(List.of(flags));
    command.addAll(more);
    try {
      Path in = Files.createTempFile(directory, "in", "");
      Path out = Files.createTempFile(directory, "out", "");
      Files.writeString(in, "GET / HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return Files.readString(out, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitShared(int port, String host) {
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> assertThat(resumes(1, port, host, session(0, port, host))).isTrue());
  }

  @Test
  @Shows(Feature.CLIENT_TICKETS)
  void aSessionOfOneProxyResumesAtTheOther() {
    int port = tls.gateway("tt-shared");
    String host = "a.tt.example.org";
    String other = "b.tt.example.org";
    for (int proxy = 0; proxy < 2; proxy++) {
      String address = bed.address(proxy);
      await().atMost(Bed.BOUND).until(() -> anonymous.get(address, port, host).status() == 200);
    }
    assertThat(resumes(0, port, host, session(0, port, host))).isTrue();
    assertThat(resumes(1, port, host, session(0, port, host))).isFalse();

    // Without the keys, each proxy has its own.
    tls.widePolicy("tt-shared", POLICY);
    bed.awaitCondition(
        () -> bed.object("clienttrafficpolicy", "default", "tt-shared").path("status"),
        "ResolvedRefs",
        "False InvalidTicketKeysRef");
    assertThat(resumes(1, port, host, session(0, port, host))).isFalse();

    keys(key(1));
    awaitShared(port, host);
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      Path session = session(1, port, host, version);
      assertThat(resumes(0, port, host, session, version)).as(version).isTrue();
      // Never at another virtual host, whose certificate and keys are the same.
      assertThat(resumes(0, port, other, session, version)).as(version).isFalse();
      assertThat(resumes(1, port, other, session, version)).as(version).isFalse();
    }

    // A new key opens before it seals, and the old one opens until it is gone.
    Path old = session(0, port, host);
    keys(key(1), key(2));
    keys(key(2), key(1));
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() -> {
          assertThat(resumes(0, port, host, old)).isTrue();
          assertThat(resumes(1, port, host, old)).isTrue();
        });
    keys(key(2));
    for (int proxy = 0; proxy < 2; proxy++) {
      int at = proxy;
      await().atMost(Bed.BOUND).until(() -> !resumes(at, port, host, old));
    }
    Path young = session(1, port, host);
    assertThat(resumes(0, port, host, young)).isTrue();

    // Other authorities of clients, another session; nobody gets past them with an old one.
    tls.secret("tt-clients", "ca.crt", Authority.root("tt clients").pem());
    tls.widePolicy(
        "tt-shared",
        """
        tls:
          session: {resumption: {stateless: {ticketKeysRef: {name: tt-keys}}}}
          clientValidation: {optional: true, caCertificateRefs: [{name: tt-clients}]}
        """);
    for (int proxy = 0; proxy < 2; proxy++) {
      int at = proxy;
      await().atMost(Bed.BOUND).until(() -> !resumes(at, port, host, young));
    }
    awaitShared(port, host);
  }
}
