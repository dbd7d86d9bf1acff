package io.headgate.fleet.codec;

import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.ClientTls;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.TargetRef;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Draws valid rules for TLS of either side. */
final class TlsObjects {
  private final Random random;

  TlsObjects(Random random) {
    this.random = random;
  }

  ClientTls client() {
    boolean adds = random.nextBoolean();
    return random.nextInt(4) == 0
        ? ClientTls.NONE
        : new ClientTls(
            random.nextBoolean()
                ? ClientTls.Parameters.NONE
                : new ClientTls.Parameters(
                    ClientTls.Version.TLS_1_2,
                    random.nextBoolean() ? ClientTls.Version.AUTO : ClientTls.Version.TLS_1_3,
                    List.of("ECDHE-RSA-AES128-GCM-SHA256"),
                    List.of("P-256", "X25519")),
            random.nextBoolean() ? List.of() : List.of("http/1.1"),
            random.nextBoolean() ? null : validation(),
            random.nextBoolean() ? null : sessions(),
            ClientTls.Staples.values()[random.nextInt(3)],
            random.nextBoolean()
                ? null
                : new ClientTls.Forwarded(
                    adds ? ClientTls.ForwardMode.APPEND_FORWARD : ClientTls.ForwardMode.SANITIZE,
                    adds
                        ? EnumSet.of(ClientTls.Detail.DNS, ClientTls.Detail.SUBJECT)
                        : EnumSet.noneOf(ClientTls.Detail.class)));
  }

  private ClientTls.Sessions sessions() {
    boolean stateless = random.nextBoolean();
    return new ClientTls.Sessions(
        stateless,
        random.nextBoolean(),
        stateless && random.nextBoolean() ? secret("tickets") : null);
  }

  private ClientTls.Validation validation() {
    List<ClientTls.AltName> names = new ArrayList<>();
    for (ClientTls.NameType type : ClientTls.NameType.values()) {
      ClientTls.NameMatch match =
          random.nextBoolean() ? ClientTls.NameMatch.EXACT : ClientTls.NameMatch.REGULAR_EXPRESSION;
      names.add(new ClientTls.AltName(type, match, "a.b"));
    }
    return new ClientTls.Validation(
        random.nextBoolean(),
        List.of(secret("ca"), new ObjectKey(Kind.CONFIG_MAP, "vault", "more")),
        random.nextBoolean() ? List.of() : names,
        random.nextBoolean() ? List.of() : List.of("ab".repeat(32)),
        random.nextBoolean() ? List.of() : List.of("A".repeat(43) + "="),
        random.nextBoolean()
            ? null
            : new ClientTls.Revoked(List.of(secret("crl")), random.nextBoolean()));
  }

  private static ObjectKey secret(String name) {
    return new ObjectKey(Kind.SECRET, "vault", name);
  }

  BackendTlsPolicy backend(ObjectMeta meta) {
    return new BackendTlsPolicy(
        meta,
        List.of(
            new TargetRef(
                new ObjectKey(Kind.SERVICE, "x", "cart"), random.nextBoolean() ? "http" : null)),
        random.nextBoolean()
            ? new BackendTlsPolicy.Trust.SystemStore()
            : new BackendTlsPolicy.Trust.Authorities(
                List.of(
                    new BackendTlsPolicy.Ref("", "Secret", "ca"),
                    new BackendTlsPolicy.Ref("", "ConfigMap", "ca"),
                    new BackendTlsPolicy.Ref("example.org", "Bundle", "ca"))),
        "shop.example.org",
        random.nextBoolean()
            ? List.of()
            : List.of(
                new BackendTlsPolicy.AltName.Hostname("*.example.org"),
                new BackendTlsPolicy.AltName.Uri("spiffe://example.org/shop")),
        random.nextBoolean() ? null : new ObjectKey(Kind.SECRET, meta.namespace(), "client"));
  }
}
