package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Connections that were quiet until they all send what they can at once. */
class BurstTest {

  private static final int CONNECTIONS = Scale.of(200, 1_000);
  private static final int REQUESTS = 100;
  private static final Duration END = Duration.ofSeconds(60);

  /** Long enough for all of them to come before the first is idle for too long. */
  private static final int IDLE = 20;

  private static final String PREFIX = "http.edge.";

  /**
   * What all the connections may ask for at once is less than the origin's circuit breakers let
   * through.
   */
  private static final String LIMITS =
      """
      [{name: limits, typed_config: {"@type": type.googleapis.com/headgate.extensions.v1.ClientLimits,\
       request_rate: {requests: 100, interval: 1s, burst: 3, drain_after: 30}}}]
      """;

  @Test
  void theRateOfEachConnectionHoldsThem() throws IOException, InterruptedException {
    try (EdgeProxy proxy = new EdgeProxy(LIMITS.strip(), List.of(), IDLE)) {
      Figures before = proxy.stats();
      try (Watch watch = new Watch(proxy, CONNECTIONS + " idle connections burst")) {
        List<H2Attacker> peers = new ArrayList<>();
        try {
          for (int i = 0; i < CONNECTIONS; i++) {
            peers.add(new H2Attacker(proxy));
          }
          await("all are there, and idle")
              .atMost(END)
              .until(() ->
                  proxy.stats().of(PREFIX + "downstream_cx_http2_active") == CONNECTIONS
                      && peers.stream().allMatch(p -> p.received(Frames.SETTINGS) == 2));
          Frames burst = new Frames();
          for (int i = 0; i < REQUESTS; i++) {
            burst.get(2 * i + 1, "/ok");
          }
          peers.forEach(peer -> peer.send(burst));
          for (H2Attacker peer : peers) {
            assertThat(peer.awaitEnd(END)).as("the connection is drained").isTrue();
            assertThat(peer.received(Frames.GOAWAY)).isPositive();
          }
        } finally {
          for (H2Attacker peer : peers) {
            peer.close();
          }
        }
      }
      Figures after = proxy.stats();
      Map<String, Long> verdicts = after.verdictsSince(before);
      verdicts.keySet().removeIf(name -> name.contains("downstream_rq_")); // a backend under load
      assertThat(verdicts)
          .as("why they ended")
          .isEqualTo(
              Map.of("headgate_" + PREFIX + "downstream_cx_too_fast_total", (long) CONNECTIONS));
      String tooFast = "headgate_" + PREFIX + "downstream_rq_too_fast_total";
      assertThat(after.of(tooFast) - before.of(tooFast))
          .as(tooFast)
          .isGreaterThanOrEqualTo(30L * CONNECTIONS);
    }
  }
}
