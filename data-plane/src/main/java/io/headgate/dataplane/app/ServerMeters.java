package io.headgate.dataplane.app;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Where the process stands, as Envoy's gauges {@code server.*}. Thread: any. */
final class ServerMeters {
  private ServerMeters() {}

  static void register(
      Meters meters,
      Instant startedAt,
      int concurrency,
      Supplier<ServerStatus.State> state,
      IntSupplier connections) {
    Scope server = meters.scope("server");
    server.gauge("uptime").follow(() -> Duration.between(startedAt, Instant.now()).toSeconds());
    server.gauge("concurrency").set(concurrency);
    server.gauge("live").follow(() -> state.get() == ServerStatus.State.DRAINING ? 0 : 1);
    server.gauge("state").follow(() -> number(state.get()));
    server.gauge("total_connections").follow(connections::getAsInt);
  }

  /** The number of {@code envoy.admin.v3.ServerInfo.State}. */
  private static int number(ServerStatus.State state) {
    return switch (state) {
      case LIVE -> 0;
      case DRAINING -> 1;
      case PRE_INITIALIZING -> 2;
      case INITIALIZING -> 3;
    };
  }
}
