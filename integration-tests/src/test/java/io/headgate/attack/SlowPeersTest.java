package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All kinds of slow peers at once: each runs into its timeout, and nobody else notices. */
class SlowPeersTest {

  private static final int CONNECTIONS = Scale.of(20, 150);
  private static final Duration END = Duration.ofSeconds(40);

  /** Between two crumbs of a peer that wants to look alive; shorter than every timeout. */
  private static final Duration CRUMB = Duration.ofMillis(300);

  private static final String OPEN = "http.edge.downstream_cx_active";

  @Test
  void endByTheirTimeouts() throws IOException, InterruptedException {
    try (EdgeProxy proxy = EdgeProxy.start()) {
      await().until(() -> proxy.stats().of(OPEN) == 0);
      Figures before = proxy.stats();
      Map<String, Long> expected = new TreeMap<>();
      List<SlowConnection> peers = new ArrayList<>();
      int all = CONNECTIONS * SlowPeer.values().length;
      try (Watch watch = new Watch(proxy, all + " slow peers")) {
        for (SlowPeer kind : SlowPeer.values()) {
          expected.merge(kind.counter, (long) CONNECTIONS, Long::sum);
          for (int i = 0; i < CONNECTIONS; i++) {
            peers.add(new SlowConnection(kind, proxy));
          }
        }
        await("the end of every attacked connection")
            .atMost(END)
            .pollInterval(CRUMB)
            .untilAsserted(() -> {
              peers.forEach(SlowConnection::feed);
              assertThat(peers).allMatch(SlowConnection::hasEnded);
              assertThat(proxy.stats().of(OPEN)).as("the bystander's").isEqualTo(1);
            });
      } finally {
        for (SlowConnection peer : peers) {
          peer.close();
        }
      }
      Map<String, Long> changes = proxy.stats().since(before);
      expected.forEach((counter, least) ->
          assertThat(changes.getOrDefault(counter, 0L))
              .as(() -> counter + " of " + changes)
              .isGreaterThanOrEqualTo(least));
    }
  }
}
