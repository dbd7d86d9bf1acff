package io.headgate.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthTest {
  private static final String LONG = "0123456789abcdefghijklmnopqrstuvwxyz";
  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now.get();
        }

        @Override
        public java.time.ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }
      };

  @TempDir private Path directory;

  @Test
  void longTokensAreHashedOnceAndShortOnesSlowly() {
    TokenHash fast = TokenHash.of(LONG, random);
    TokenHash slow = TokenHash.of("short", random);
    assertThat(fast).isInstanceOf(TokenHash.Sha256.class);
    assertThat(slow).isInstanceOf(TokenHash.Pbkdf2.class);
    assertThat(slow.text()).startsWith("pbkdf2:600000:");
    for (TokenHash hash : new TokenHash[] {fast, slow}) {
      assertThat(TokenHash.parse(hash.text())).isEqualTo(hash);
      assertThat(hash.matches("other")).isFalse();
    }
    assertThat(fast.matches(LONG)).isTrue();
    assertThat(slow.matches("short")).isTrue();
    assertThatThrownBy(() -> TokenHash.parse("sha256:00"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void principalsFollowTheFileAndSurviveABrokenOne() throws IOException {
    Path file = directory.resolve("tokens");
    TokenHash first = TokenHash.of(LONG, random);
    write(file, "alice operator " + first.text(), 1);
    Principals principals =
        Principals.of(file, (TokensFile.Result.Good) TokensFile.read(file), clock);
    Principal alice = principals.authenticate(LONG, true).orElseThrow();
    assertThat(alice.name()).isEqualTo("alice");
    assertThat(principals.authenticate("wrong", false)).isEmpty();

    write(file, "nonsense", 2);
    pass(Duration.ofSeconds(2));
    assertThat(principals.contains(alice)).isTrue();

    write(file, "bob viewer " + TokenHash.of("b" + LONG, random).text(), 3);
    assertThat(principals.contains(alice)).as("looked at within a second").isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(principals.contains(alice)).isFalse();
    assertThat(principals.authenticate("b" + LONG, true).orElseThrow().role())
        .isEqualTo(Role.VIEWER);
  }

  @Test
  void failuresAreLimitedByAddressForAMinute() {
    FailureLimit limit = new FailureLimit(clock);
    for (int i = 0; i < FailureLimit.MAX_FAILURES; i++) {
      assertThat(limit.secondsToWait("a")).isZero();
      limit.failed("a");
    }
    assertThat(limit.secondsToWait("a")).isEqualTo(60);
    assertThat(limit.secondsToWait("b")).isZero();
    pass(Duration.ofSeconds(60));
    assertThat(limit.secondsToWait("a")).isZero();
  }

  @Test
  void sessionsEndAfterEightHours() {
    Sessions sessions = new Sessions(clock);
    Sessions.Session session =
        sessions.open(new Principal("alice", Role.ADMIN, TokenHash.of(LONG, random)));
    assertThat(sessions.find(session.id())).contains(session);
    assertThat(session.csrf()).isNotEqualTo(session.id()).hasSize(43);
    pass(Sessions.LIFETIME);
    assertThat(sessions.find(session.id())).isEmpty();
  }

  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  private static void write(Path file, String text, int second) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1_000L));
  }
}
