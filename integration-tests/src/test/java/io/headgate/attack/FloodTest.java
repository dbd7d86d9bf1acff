package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Floods of HTTP/2 frames: the connection ends by its budget, and nobody else notices. */
class FloodTest {

  private static final int CONNECTIONS = Scale.of(2, 20);

  /** An attack must not outlive what it may send, by far. */
  private static final Duration END = Duration.ofSeconds(30);

  /** How long connections are attacked one after the other, so that bystanders can tell. */
  private static final Duration LEAST = Duration.ofSeconds(Scale.of(0, 5));

  /** Counts refused heads as well as this end of a connection. */
  private static final String OVERFLOW = "http2.header_overflow";

  private static EdgeProxy proxy;

  @BeforeAll
  static void start() throws IOException {
    proxy = EdgeProxy.start();
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  void endsByItsCounter(Flood flood) throws IOException, InterruptedException {
    Figures before = proxy.stats();
    long attacked = 0;
    try (Watch watch = new Watch(proxy, flood.name())) {
      long end = System.nanoTime() + LEAST.toNanos();
      do {
        attack(flood);
        attacked += CONNECTIONS;
      } while (System.nanoTime() < end);
    }
    System.out.println(flood + ": " + attacked + " connections attacked");
    Figures after = proxy.stats();
    Map<String, Long> verdicts = after.verdictsSince(before);
    assertThat(verdicts.remove("http.edge.downstream_cx_protocol_error"))
        .as("counts malformed requests as well")
        .isGreaterThanOrEqualTo(attacked);
    assertThat(verdicts)
        .as("why they ended")
        .isEqualTo(flood.counter.equals(OVERFLOW) ? Map.of() : Map.of(flood.counter, attacked));
    assertThat(after.of(flood.counter) - before.of(flood.counter))
        .as(() -> flood.counter + " of " + after.since(before))
        .isEqualTo(attacked);
    if (!flood.counterOfAnswers.isEmpty()) {
      assertThat(after.of(flood.counterOfAnswers) - before.of(flood.counterOfAnswers))
          .as(flood.counterOfAnswers)
          .isPositive();
    }
  }

  private static void attack(Flood flood) throws IOException, InterruptedException {
    List<H2Attacker> peers = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        H2Attacker peer = new H2Attacker(proxy);
        peers.add(peer);
        flood.attack(peer);
      }
      for (H2Attacker peer : peers) {
        assertThat(peer.awaitEnd(END)).as("the attacked connection ends").isTrue();
      }
    } finally {
      for (H2Attacker peer : peers) {
        peer.close();
      }
    }
  }
}
