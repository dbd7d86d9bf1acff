package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * All kinds of slow peers at once, each kind at a listener of its own: every connection ends by the
 * timeout that is meant for it and by no other, and nobody else notices.
 */
class SlowPeersTest {

  private static final int CONNECTIONS = Scale.of(20, 150);
  private static final Duration END = Duration.ofSeconds(120);

  /** Between two crumbs of a peer that wants to look alive; shorter than every timeout. */
  private static final Duration CRUMB = Duration.ofMillis(300);

  @Test
  void endByTheirTimeouts() throws IOException, InterruptedException {
    List<String> kinds = Arrays.stream(SlowPeer.values()).map(SlowPeer::name).toList();
    List<SlowConnection> peers = new CopyOnWriteArrayList<>();
    try (EdgeProxy proxy = new EdgeProxy("[]", kinds, EdgeProxy.IDLE);
        ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor()) {
      Figures before = proxy.stats();
      Map<String, Long> expected = new TreeMap<>();
      try (Watch watch = new Watch(proxy, "slow peers")) {
        var _ =
            feeder.scheduleWithFixedDelay(
                () -> peers.forEach(SlowConnection::feed),
                CRUMB.toMillis(),
                CRUMB.toMillis(),
                TimeUnit.MILLISECONDS);
        for (SlowPeer kind : SlowPeer.values()) {
          for (String verdict : kind.verdicts) {
            expected.merge("http." + kind + "." + verdict, (long) connections(kind), Long::sum);
          }
          for (int i = 0; i < connections(kind); i++) {
            peers.add(new SlowConnection(kind, proxy));
          }
          await("the proxy has accepted all of " + kind)
              .atMost(END)
              .until(() -> meter(proxy, kind, "downstream_cx_total") == connections(kind));
        }
        await("the end of every attacked connection")
            .atMost(END)
            .pollInterval(CRUMB)
            .untilAsserted(() -> {
              assertThat(peers).allMatch(SlowConnection::hasEnded);
              assertThat(SlowPeer.values())
                  .allMatch(kind -> meter(proxy, kind, "downstream_cx_active") == 0);
            });
        System.out.println(peers.size() + " slow peers of " + kinds.size() + " kinds");
      } finally {
        feeder.shutdownNow();
        for (SlowConnection peer : peers) {
          peer.close();
        }
      }
      assertThat(proxy.stats().verdictsSince(before)).as("why they ended").isEqualTo(expected);
      for (SlowPeer kind : SlowPeer.values()) {
        assertThat(meter(proxy, kind, "downstream_cx_destroy"))
            .as("connections of %s that ended", kind)
            .isEqualTo(connections(kind));
      }
    }
  }

  private static int connections(SlowPeer kind) {
    return kind.connections(CONNECTIONS);
  }

  private static long meter(EdgeProxy proxy, SlowPeer kind, String name) {
    return proxy.stats().of(proxy.meters(kind.name()) + name);
  }
}
