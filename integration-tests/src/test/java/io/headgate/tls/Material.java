package io.headgate.tls;

import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The certificates, keys and lists of the matrix as files. {@code ${name}} in a config or a
 * client's flags stands for the path of a file, or for a hash.
 */
final class Material {
  /** The length of a ticket key. */
  private static final int TICKET_KEY = 80;

  private final Path directory;
  private final Map<String, String> values = new TreeMap<>();

  Material(Path directory) {
    this.directory = directory;
    Authority servers = Authority.root("servers");
    put("servers_ca", servers.pem());
    for (String name : new String[] {"default", "exact", "other", "a", "b", "stapled", "late"}) {
      put(name, servers.issue(Leaf.dns(name + ".test")));
    }
    put("wild", servers.issue(Leaf.dns("*.wild.test")));
    put("both_ec", servers.issue(Leaf.dns("both.test")));
    put("both_rsa", servers.issue(Leaf.dns("both.test").withRsa()));
    put("rsa", servers.issue(Leaf.dns("rsa.test").withRsa()));
    put("dated", servers.issue(Leaf.dns("dated.test").valid(Duration.ofDays(-1))));
    Issued stapled = servers.issue(Leaf.dns("stapled.test"));
    put("stapled", stapled);
    put("staple", servers.staple(stapled, Duration.ofDays(1)));
    put("staple_old", servers.staple(stapled, Duration.ofDays(-1)));
    byte[] key = new byte[TICKET_KEY];
    new SecureRandom().nextBytes(key);
    put("tickets", key);
    clients();
  }

  private void clients() {
    Authority clients = Authority.root("clients");
    Authority others = Authority.root("others");
    Authority middle = clients.intermediate("middle");
    put("clients_ca", clients.pem());
    put("others_ca", others.pem());
    put("both_ca", clients.pem() + others.pem());
    Issued good =
        clients.issue(
            Leaf.dns("client.test")
                .and(GeneralName.uniformResourceIdentifier, "spiffe://one.test/web")
                .and(GeneralName.rfc822Name, "web@one.test")
                .and(GeneralName.iPAddress, "10.1.2.3"));
    put("good", good);
    put("fleet", clients.issue(Leaf.dns("*.fleet.test")));
    put("nameless", clients.issue(Leaf.of("nameless")));
    put("stranger", others.issue(Leaf.dns("client.test")));
    put("rsa_client", clients.issue(Leaf.dns("client.test").withRsa()));
    put("expired", clients.issue(Leaf.dns("client.test").valid(Duration.ofDays(-1))));
    put("server_only", clients.issue(Leaf.dns("client.test").only(Leaf.Purpose.SERVER)));
    put("client_only", clients.issue(Leaf.dns("client.test").only(Leaf.Purpose.CLIENT)));
    Issued revoked = clients.issue(Leaf.dns("client.test"));
    put("revoked", revoked);
    put("below", middle.issue(Leaf.dns("client.test")));
    put("clients_crl", clients.crl(revoked));
    put("all_crl", clients.crl(revoked) + middle.crl());
    try {
      byte[] der = good.certificate().getEncoded();
      byte[] spki = good.pair().getPublic().getEncoded();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      values.put("good_hash", HexFormat.of().formatHex(digest.digest(der)));
      values.put("good_spki", Base64.getEncoder().encodeToString(digest.digest(spki)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void put(String name, Issued issued) {
    try {
      put(name + "_pem", issued.chain());
      put(name + "_key", issued.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String name, String text) {
    put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String name, byte[] bytes) {
    try {
      Path file = directory.resolve(name);
      Files.write(file, bytes);
      values.put(name, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Paths and hashes by their names. */
  Map<String, String> values() {
    return values;
  }
}
