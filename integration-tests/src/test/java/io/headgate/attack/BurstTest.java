package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that were quiet until they all send what they can at once. */
class BurstTest {

  private static final int CONNECTIONS = Scale.of(200, 1_000);
  private static final int REQUESTS = 100;
  private static final Duration END = Duration.ofSeconds(30);

  private static final String LIMITS =
      """
      [{name: limits, typed_config: {"@type": type.googleapis.com/headgate.extensions.v1.ClientLimits,\
       request_rate: {requests: 100, interval: 1s, burst: 20, drain_after: 30}}}]
      """;

  @Test
  void theRateOfEachConnectionHoldsThem() throws IOException, InterruptedException {
    try (EdgeProxy proxy = new EdgeProxy(LIMITS.strip())) {
      Figures before = proxy.stats();
      try (Watch watch = new Watch(proxy, CONNECTIONS + " idle connections burst")) {
        List<H2Attacker> peers = new ArrayList<>();
        try {
          for (int i = 0; i < CONNECTIONS; i++) {
            peers.add(new H2Attacker(proxy));
          }
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
      String tooFast = "headgate_http.edge.downstream_rq_too_fast_total";
      assertThat(proxy.stats().of(tooFast) - before.of(tooFast))
          .as(tooFast)
          .isGreaterThanOrEqualTo(30L * CONNECTIONS);
    }
  }
}
