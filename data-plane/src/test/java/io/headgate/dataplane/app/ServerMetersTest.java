package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the gauges of the server say about where it stands. */
class ServerMetersTest {
  private final Meters meters = new Meters();
  private final AtomicReference<ServerStatus.State> state =
      new AtomicReference<>(ServerStatus.State.PRE_INITIALIZING);
  private final AtomicInteger connections = new AtomicInteger();

  private long gauge(String name) {
    return meters.scope("server").gauge(name).value();
  }

  @Test
  void theStateHasEnvoysNumber() {
    ServerMeters.register(meters, Instant.now(), 4, state::get, connections::get);
    Map.of(
            ServerStatus.State.LIVE, 0L,
            ServerStatus.State.DRAINING, 1L,
            ServerStatus.State.PRE_INITIALIZING, 2L,
            ServerStatus.State.INITIALIZING, 3L)
        .forEach((each, number) -> {
          state.set(each);
          assertThat(gauge("state")).as("%s", each).isEqualTo(number);
          assertThat(gauge("live")).isEqualTo(each == ServerStatus.State.DRAINING ? 0 : 1);
        });
  }

  @Test
  void theRestIsCountedWhenItIsAskedFor() {
    ServerMeters.register(meters, Instant.now().minusSeconds(90), 4, state::get, connections::get);
    connections.set(3);
    assertThat(gauge("total_connections")).isEqualTo(3);
    assertThat(gauge("concurrency")).isEqualTo(4);
    assertThat(gauge("uptime")).isGreaterThanOrEqualTo(90);
  }
}
