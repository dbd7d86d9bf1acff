package io.headgate.dataplane.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.xds.model.bootstrap.OverloadManager;
import io.headgate.xds.model.bootstrap.OverloadManager.Action;
import io.headgate.xds.model.bootstrap.OverloadManager.ActionKind;
import io.headgate.xds.model.bootstrap.OverloadManager.Minimum;
import io.headgate.xds.model.bootstrap.OverloadManager.Monitor;
import io.headgate.xds.model.bootstrap.OverloadManager.Resource;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer;
import io.headgate.xds.model.bootstrap.OverloadManager.Trigger;
import io.headgate.xds.model.http.ConnectionTimeouts;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy does that runs short, with figures that the test gives. */
class OverloadTest {
  private static final String ACTIONS = "overload.envoy.overload_actions.";

  @TempDir private Path directory = Path.of("");
  private final AtomicLong heap = new AtomicLong();
  private final AtomicLong direct = new AtomicLong();
  private final AtomicLong descriptors = new AtomicLong();
  private final AtomicLong lag = new AtomicLong();
  private final Sensors sensors =
      new Sensors(heap::get, direct::get, 1000, descriptors::get, 1000, lag::get);
  private ListenerBed bed = new ListenerBed(Path.of(""));
  private @Nullable Overload overload;

  @BeforeEach
  void make() {
    bed.close();
    bed = new ListenerBed(directory);
  }

  @AfterEach
  void close() {
    bed.close();
    if (overload != null) {
      overload.close();
    }
  }

  private Overload overload(Resource resource, Action... actions) {
    Overload made =
        new Overload(
            new OverloadManager(
                Duration.ofMillis(100), List.of(new Monitor("m", resource)), List.of(actions)),
            sensors,
            bed.meters);
    overload = made;
    bed.pressure = made;
    bed.gate = made.gate();
    return made;
  }

  private static Action at(ActionKind kind, double value) {
    return new Action(kind, List.of(new Trigger.Threshold("m", value)), List.of());
  }

  @Test
  void aFullHeapEndsKeepAlive() throws Exception {
    Overload manager =
        overload(new Resource.Heap(1000), at(ActionKind.DISABLE_HTTP_KEEPALIVE, 0.9));
    bed.open();
    try (RawClient client = bed.client()) {
      heap.set(899);
      manager.look();
      assertThat(client.get("/").header("connection")).isNull();
      assertThat(bed.meter("overload.m.pressure")).isEqualTo(90);
      heap.set(900);
      manager.look();
      assertThat(bed.meter(ACTIONS + "disable_http_keepalive.active")).isEqualTo(1);
      assertThat(client.get("/").header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_overload_disable_keepalive")).isEqualTo(1);
  }

  @Test
  void fullDirectMemoryShedsRequests() throws Exception {
    Overload manager =
        overload(new Resource.DirectMemory(0), at(ActionKind.STOP_ACCEPTING_REQUESTS, 0.98));
    bed.open();
    try (RawClient client = bed.client()) {
      direct.set(980);
      manager.look();
      RawClient.Message refused = client.get("/");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).isEqualTo("envoy overloaded");
      direct.set(500);
      manager.look();
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(bed.meter("http.ingress.downstream_rq_overload_close")).isEqualTo(1);
    await().untilAsserted(() -> assertThat(bed.logged()).contains("503 OM overload"));
  }

  @Test
  void aListenerMayBeLeftOut() throws Exception {
    Overload manager =
        overload(
            new Resource.Heap(1),
            at(ActionKind.STOP_ACCEPTING_REQUESTS, 1),
            at(ActionKind.REJECT_INCOMING_CONNECTIONS, 1));
    bed.accept = new AcceptRules(Duration.ZERO, false, false, true, ClientLimits.NONE);
    bed.open();
    heap.set(1);
    manager.look();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void lateEventLoopsRejectConnections() throws Exception {
    Overload manager =
        overload(
            new Resource.EventLoopLag(Duration.ofMillis(100)),
            at(ActionKind.REJECT_INCOMING_CONNECTIONS, 1));
    bed.open();
    try (RawClient before = bed.client()) {
      before.get("/");
      lag.set(TimeUnit.MILLISECONDS.toNanos(100));
      manager.look();
      try (RawClient client = bed.client()) {
        assertThat(client.isClosed()).isTrue();
      }
      assertThat(before.get("/").status()).isEqualTo(200);
    }
    assertThat(bed.meter("listener.test.downstream_cx_overload_reject")).isEqualTo(1);
  }

  @Test
  void acceptingStopsAndBeginsAgain() throws Exception {
    Overload manager =
        overload(new Resource.Heap(100), at(ActionKind.STOP_ACCEPTING_CONNECTIONS, 0.95));
    bed.open();
    heap.set(95);
    manager.look();
    assertThat(bed.meter("headgate_process.accepting")).isZero();
    try (RawClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      heap.set(10);
      assertThat(bed.meter("listener.test.downstream_cx_total")).isLessThanOrEqualTo(1);
      manager.look();
      assertThat(client.read().status()).as("it waited in the backlog").isEqualTo(200);
    }
  }

  @Test
  void theProcessHasSoManyConnections() throws Exception {
    overload(new Resource.DownstreamConnections(2));
    bed.open();
    try (RawClient one = bed.client();
        RawClient two = bed.client()) {
      assertThat(one.get("/").status()).isEqualTo(200);
      assertThat(two.get("/").status()).isEqualTo(200);
      try (RawClient three = bed.client()) {
        assertThat(three.isClosed()).isTrue();
      }
    }
    assertThat(bed.meter("listener.test.downstream_global_cx_overflow")).isEqualTo(1);
    await()
        .untilAsserted(() -> {
          try (RawClient again = bed.client()) {
            assertThat(again.get("/").status()).isEqualTo(200);
          }
        });
  }

  @Test
  void someListenersDoNotCount() throws Exception {
    overload(new Resource.DownstreamConnections(1));
    bed.accept = new AcceptRules(Duration.ZERO, false, true, false, ClientLimits.NONE);
    bed.open();
    try (RawClient one = bed.client();
        RawClient two = bed.client()) {
      assertThat(one.get("/").status()).isEqualTo(200);
      assertThat(two.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void acceptingWaitsBeforeTheLastDescriptors() throws Exception {
    Overload manager = overload(new Resource.FileDescriptors(100));
    bed.open();
    descriptors.set(899);
    manager.look();
    assertThat(bed.meter("overload.m.pressure")).isEqualTo(100);
    assertThat(bed.meter("headgate_process.open_fds")).isEqualTo(899);
    assertThat(bed.meter("headgate_process.accepting")).isEqualTo(1);
    try (RawClient one = bed.client()) {
      assertThat(one.get("/").status()).isEqualTo(200);
      await().until(() -> bed.meter("headgate_process.accepting") == 0);
      try (RawClient two = bed.client()) {
        two.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        descriptors.set(300);
        manager.look();
        assertThat(two.read().status()).isEqualTo(200);
      }
      assertThat(one.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void descriptorsAreWatchedWithoutAnyConfig() {
    try (Overload plain = new Overload(null, sensors, bed.meters)) {
      descriptors.set(950);
      plain.look();
      assertThat(bed.meter("headgate_process.accepting")).isZero();
      descriptors.set(100);
      plain.look();
      assertThat(bed.meter("headgate_process.accepting")).isEqualTo(1);
      assertThat(bed.meter("headgate_process.max_fds")).isEqualTo(1000);
    }
  }

  @Test
  void aScaledActionAppliesToItsShare() {
    Overload manager =
        overload(
            new Resource.Heap(100),
            new Action(
                ActionKind.STOP_ACCEPTING_REQUESTS,
                List.of(new Trigger.Scaled("m", 0.5, 0.9)),
                List.of()));
    heap.set(50);
    manager.look();
    assertThat(manager.refusesRequest()).isFalse();
    heap.set(70);
    manager.look();
    assertThat(bed.meter(ACTIONS + "stop_accepting_requests.scale_percent")).isEqualTo(50);
    assertThat(bed.meter(ACTIONS + "stop_accepting_requests.active")).isZero();
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      refused += manager.refusesRequest() ? 1 : 0;
    }
    assertThat(refused).isBetween(4_500, 5_500);
    heap.set(90);
    manager.look();
    assertThat(manager.refusesRequest()).isTrue();
  }

  @Test
  void timeoutsShrinkByTheirScale() {
    Overload manager =
        overload(
            new Resource.Heap(100),
            new Action(
                ActionKind.REDUCE_TIMEOUTS,
                List.of(new Trigger.Scaled("m", 0.5, 0.9)),
                List.of(
                    new ScaledTimer(
                        ScaledTimer.Timer.CONNECTION_IDLE,
                        new Minimum.Fixed(Duration.ofNanos(200))),
                    new ScaledTimer(ScaledTimer.Timer.STREAM_IDLE, new Minimum.Scale(10)))));
    heap.set(70);
    manager.look();
    assertThat(manager.scaled(ScaledTimer.Timer.CONNECTION_IDLE, 1000)).isEqualTo(600);
    assertThat(manager.scaled(ScaledTimer.Timer.STREAM_IDLE, 1000)).isEqualTo(550);
    assertThat(manager.scaled(ScaledTimer.Timer.CONNECTION_MAX, 1000)).isEqualTo(1000);
    heap.set(100);
    manager.look();
    assertThat(manager.scaled(ScaledTimer.Timer.CONNECTION_IDLE, 1000)).isEqualTo(200);
    assertThat(manager.scaled(ScaledTimer.Timer.CONNECTION_IDLE, 100)).isEqualTo(100);
    assertThat(manager.scaled(ScaledTimer.Timer.STREAM_IDLE, 0)).as("off stays off").isZero();
  }

  @Test
  void aRunningTimeoutShrinks() throws Exception {
    Overload manager =
        overload(
            new Resource.Heap(100),
            new Action(
                ActionKind.REDUCE_TIMEOUTS,
                List.of(new Trigger.Scaled("m", 0.5, 0.9)),
                List.of(
                    new ScaledTimer(
                        ScaledTimer.Timer.CONNECTION_IDLE,
                        new Minimum.Fixed(Duration.ofMillis(10))))));
    bed.timeouts =
        new HttpTimeouts(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            new ConnectionTimeouts(
                Duration.ofHours(1), Duration.ZERO, false, Duration.ZERO, Duration.ofSeconds(1)));
    bed.open();
    try (RawClient client = bed.client()) {
      client.get("/");
      heap.set(90);
      manager.look();
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_idle_timeout")).isEqualTo(1);
  }

  @Test
  void theHeapIsAskedToShrinkNowAndThen() {
    Overload manager = overload(new Resource.Heap(100), at(ActionKind.SHRINK_HEAP, 0.95));
    heap.set(95);
    manager.look();
    manager.look();
    assertThat(bed.meter(ACTIONS + "shrink_heap.shrink_count")).isEqualTo(1);
  }

  @Test
  void theProcessCanBeRead() {
    Sensors process = Sensors.ofProcess(() -> 0);
    assertThat(process.heap().getAsLong()).isPositive();
    assertThat(process.direct().getAsLong()).isNotNegative();
    assertThat(process.directMax()).isPositive();
    assertThat(process.descriptors().getAsLong()).isPositive();
    assertThat(process.descriptorsMax()).isGreaterThan(process.descriptors().getAsLong());
  }
}
