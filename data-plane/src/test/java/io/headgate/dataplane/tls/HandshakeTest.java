package io.headgate.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.CertificateValidation.PeerIdentity;
import io.headgate.xds.model.tls.CertificateValidation.Trust;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SanMatcher;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final TlsMeters METERS = new TlsMeters(new Meters().scope("t"), true);

  private final OwnTicketKeys keys = new OwnTicketKeys(System::nanoTime);
  private Authority authority = unset();
  private Authority.Issued server = unset();

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
  private static <T> T unset() {
    return null;
  }

  @BeforeEach
  void issue() throws Exception {
    authority = new Authority("ca");
    server = authority.issue("www.test");
  }

  private static ValidationSource rules(Trust trust, PeerIdentity identity) {
    return ValidationSource.of(new CertificateValidation(trust, identity));
  }

  private ServerTls serverTls(@Nullable ValidationSource clients, boolean require, SecretRef... own)
      throws Exception {
    return serverTls("l/c", clients, require, own);
  }

  private ServerTls serverTls(
      String place, @Nullable ValidationSource clients, boolean require, SecretRef... own)
      throws Exception {
    List<SecretRef> certificates = own.length == 0 ? List.of(server.own()) : List.of(own);
    DownstreamTls config =
        new DownstreamTls(
            new TlsSettings(certificates, clients, List.of("h2"), TlsParameters.DEFAULT), require);
    return Objects.requireNonNull(ServerTls.of(config, InlineSecrets.INSTANCE, place, keys));
  }

  private ClientTls clientTls(Authority.@Nullable Issued own, TlsParameters.Version max)
      throws Exception {
    return clientTls(own, max, rules(Trust.of(authority.ca()), PeerIdentity.ANY));
  }

  private ClientTls clientTls(
      Authority.@Nullable Issued own, TlsParameters.Version max, ValidationSource servers)
      throws Exception {
    UpstreamTls config =
        new UpstreamTls(
            new TlsSettings(
                own == null ? List.of() : List.of(own.own()),
                servers,
                List.of(),
                new TlsParameters(TlsParameters.Version.AUTO, max, List.of(), List.of())),
            "www.test",
            false,
            false,
            10);
    return Objects.requireNonNull(ClientTls.of(config, InlineSecrets.INSTANCE, "h2"));
  }

  private static Meeting meet(ServerTls server, ClientTls client) {
    return meet(server, client, hello("www.test", 0x0403, 0x0804), false);
  }

  private static Meeting meet(
      ServerTls server, ClientTls client, ClientHello hello, boolean mustBeFor) {
    UnpooledByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    ServerTls.Opening opening =
        Objects.requireNonNull(server.newHandler(allocator, hello, 0, METERS));
    return new Meeting(
        opening.handler(),
        client.newHandler(
            allocator, Objects.requireNonNull(hello.serverName()), mustBeFor, 10_000));
  }

  private static ClientHello hello(String name, Integer... signatures) {
    return new ClientHello(name, List.of(), Set.of(signatures), true, true, false);
  }

  @Test
  void aClientsCertificateMustComeFromTheAuthority() throws Exception {
    ServerTls tls = serverTls(rules(Trust.of(authority.ca()), PeerIdentity.ANY), true);
    Authority other = new Authority("other");
    try (Meeting good = meet(tls, clientTls(authority.issue("c"), TlsParameters.Version.TLS_1_2));
        Meeting strange = meet(tls, clientTls(other.issue("c"), TlsParameters.Version.TLS_1_2));
        Meeting old =
            meet(
                tls,
                clientTls(
                    authority.issue("c", Authority.ec(), Duration.ofDays(-1)),
                    TlsParameters.Version.TLS_1_2));
        Meeting none = meet(tls, clientTls(null, TlsParameters.Version.TLS_1_2))) {
      assertThat(good.succeeded()).isTrue();
      assertThat(kind(strange.serverFailure())).isEqualTo(TlsFailure.Kind.CHAIN);
      assertThat(kind(old.serverFailure())).isEqualTo(TlsFailure.Kind.CHAIN);
      assertThat(none.succeeded()).isFalse();
    }
  }

  private static TlsFailure.@Nullable Kind kind(@Nullable TlsFailure failure) {
    return failure == null ? null : failure.kind();
  }

  @Test
  void aRevokedCertificateIsRefusedAndAMissingListToo() throws Exception {
    Authority.Issued good = authority.issue("good");
    Authority.Issued revoked = authority.issue("revoked");
    DataSource crl = authority.crl(List.of(revoked.certificate()));
    DataSource foreign = new Authority("other").crl(List.of());
    ServerTls tls = serverTls(rules(withCrl(crl), PeerIdentity.ANY), true);
    ServerTls blind = serverTls(rules(withCrl(foreign), PeerIdentity.ANY), true);
    try (Meeting in = meet(tls, clientTls(good, TlsParameters.Version.TLS_1_2));
        Meeting out = meet(tls, clientTls(revoked, TlsParameters.Version.TLS_1_2));
        Meeting unknown = meet(blind, clientTls(good, TlsParameters.Version.TLS_1_2))) {
      assertThat(in.succeeded()).isTrue();
      assertThat(Objects.requireNonNull(out.serverFailure())).hasMessageContaining("revoked");
      assertThat(Objects.requireNonNull(unknown.serverFailure()))
          .hasMessageContaining("no valid revocation list");
    }
  }

  private Trust withCrl(DataSource crl) throws Exception {
    return new Trust(authority.ca(), crl, false, false, false, Trust.DEFAULT_DEPTH);
  }

  @Test
  void namesAndHashesSayWhoseACertificateMustBe() throws Exception {
    PeerIdentity names =
        new PeerIdentity(
            List.of(
                new SanMatcher(
                    SanMatcher.Type.URI,
                    new StringMatcher(StringMatcher.Kind.PREFIX, "spiffe://test/ali", false))),
            List.of(),
            List.of());
    PeerIdentity pinned = new PeerIdentity(List.of(), List.of("ab".repeat(32)), List.of());
    ServerTls byName = serverTls(rules(Trust.of(authority.ca()), names), true);
    ServerTls byHash = serverTls(rules(Trust.of(authority.ca()), pinned), true);
    Authority.Issued alice = authority.issue("alice");
    try (Meeting good = meet(byName, clientTls(alice, TlsParameters.Version.TLS_1_2));
        Meeting other =
            meet(byName, clientTls(authority.issue("bob"), TlsParameters.Version.TLS_1_2));
        Meeting hash = meet(byHash, clientTls(alice, TlsParameters.Version.TLS_1_2))) {
      assertThat(good.succeeded()).isTrue();
      assertThat(kind(other.serverFailure())).isEqualTo(TlsFailure.Kind.NAMES);
      assertThat(kind(hash.serverFailure())).isEqualTo(TlsFailure.Kind.HASH);
    }
  }

  @Test
  void aBackendMustBeTheOneThatWasAskedFor() throws Exception {
    ServerTls tls = serverTls(null, false);
    ClientTls client = clientTls(null, TlsParameters.Version.TLS_1_3);
    try (Meeting right = meet(tls, client, hello("www.test", 0x0403), true);
        Meeting wrong = meet(tls, client, hello("other.test", 0x0403), true);
        Meeting unchecked = meet(tls, client, hello("other.test", 0x0403), false)) {
      assertThat(right.succeeded()).isTrue();
      assertThat(right.version()).isEqualTo("TLSv1.3");
      assertThat(kind(wrong.clientFailure())).isEqualTo(TlsFailure.Kind.NAMES);
      assertThat(unchecked.succeeded()).isTrue();
    }
  }

  @Test
  void theHelloChoosesTheCertificate() throws Exception {
    Authority.Issued rsa = authority.issue("www.test", Authority.rsa(), Duration.ofDays(5));
    Authority.Issued shop = authority.issue("*.shop.test");
    ServerTls tls = serverTls(null, false, rsa.own(), server.own(), shop.own());
    ClientTls client = clientTls(null, TlsParameters.Version.TLS_1_3);
    try (Meeting both = meet(tls, client, hello("www.test", 0x0403, 0x0804), false);
        Meeting onlyRsa = meet(tls, client, hello("www.test", 0x0804), false);
        Meeting wildcard = meet(tls, client, hello("a.shop.test", 0x0403), false)) {
      assertThat(both.shown()).isEqualTo(server.certificate());
      assertThat(onlyRsa.shown()).isEqualTo(rsa.certificate());
      assertThat(wildcard.shown()).isEqualTo(shop.certificate());
    }
  }

  @Test
  void sessionsAreResumedInTheirChainAndNowhereElse() throws Exception {
    for (TlsParameters.Version version :
        List.of(TlsParameters.Version.TLS_1_2, TlsParameters.Version.TLS_1_3)) {
      ValidationSource clients = rules(Trust.of(authority.ca()), PeerIdentity.ANY);
      Authority.Issued own = authority.issue("c");
      ServerTls chain = serverTls("l/a", clients, true);
      ClientTls client = clientTls(own, version);
      resumes(chain, client, false);
      resumes(chain, client, true);
      // The same keys elsewhere: another chain, and other rules for clients.
      resumes(serverTls("l/b", clients, true), client, false);
      ServerTls stricter =
          serverTls("l/a", rules(withCrl(authority.crl(List.of())), PeerIdentity.ANY), true);
      resumes(stricter, client, false);
    }
  }

  private static void resumes(ServerTls tls, ClientTls client, boolean expected) {
    try (Meeting meeting = meet(tls, client)) {
      assertThat(meeting.succeeded()).isTrue();
      meeting.talk();
      assertThat(meeting.reused()).isEqualTo(expected);
    }
  }

  @Test
  void badSecretsAreRefusedByFieldAndNeverShowAKey() throws Exception {
    TlsCertificate mixed =
        new TlsCertificate(
            server.value().certificateChain(), authority.issue("other").value().privateKey());
    SecretParser parser = new SecretParser(path -> new byte[0]);
    assertThatThrownBy(() -> parser.parse(mixed))
        .hasMessageContaining("private_key is not the key of certificate_chain");
    TlsCertificate noChain =
        new TlsCertificate(Authority.inline("nothing"), server.value().privateKey());
    assertThatThrownBy(() -> parser.parse(noChain))
        .hasMessageContaining("certificate_chain holds no certificate");
    assertThat(mixed.toString()).doesNotContain("BEGIN");
  }

  @Test
  void unknownSuitesAreNamed() throws Exception {
    DownstreamTls config =
        new DownstreamTls(
            new TlsSettings(
                List.of(server.own()),
                null,
                List.of(),
                new TlsParameters(
                    TlsParameters.Version.AUTO,
                    TlsParameters.Version.AUTO,
                    List.of("ECDHE-ECDSA-AES128-GCM-SHA256", "NO-SUCH-SUITE"),
                    List.of())),
            false);
    assertThatThrownBy(() -> new ServerTlsSlot(config, "l/c", InlineSecrets.INSTANCE))
        .hasMessageContaining("cipher_suites")
        .hasMessageContaining("NO-SUCH-SUITE");
  }
}
