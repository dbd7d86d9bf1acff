package io.headgate.dataplane.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process takes, as its gauges tell it. */
class ProcessMetersTest {
  private static final int MANY = 32 << 20;

  private final Meters meters = new Meters();

  private Map<String, Long> read() {
    Map<String, Long> values = new HashMap<>();
    for (Meters.Meter meter : meters.all()) {
      switch (meter) {
        case Meters.GaugeMeter gauge -> values.put(gauge.name(), gauge.gauge().value());
        case Meters.CounterMeter _, Meters.HistogramMeter _ ->
            throw new AssertionError(meter.name());
      }
    }
    return values;
  }

  private long read(String name) {
    return read().getOrDefault(name, -1L);
  }

  @Test
  void gaugesAreReadWhenTheyAreAskedFor() {
    AtomicLong direct = new AtomicLong(5);
    new ProcessMeters(() -> 100, () -> 200, () -> 40, direct::get, () -> 900, () -> 7)
        .register(meters);
    assertThat(read())
        .isEqualTo(
            Map.of(
                "server.memory_allocated", 105L,
                "server.memory_heap_size", 200L,
                "server.memory_physical_size", 900L,
                "headgate_process.heap_live_bytes", 40L,
                "headgate_process.direct_bytes", 5L,
                "headgate_process.threads", 7L));
    direct.set(50);
    assertThat(read())
        .containsEntry("server.memory_allocated", 150L)
        .containsEntry("headgate_process.direct_bytes", 50L);
  }

  @Test
  void prometheusHasEnvoysNames() {
    new ProcessMeters(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0).register(meters);
    assertThat(meters.all())
        .extracting(meter -> meter.series().family())
        .containsExactlyInAnyOrder(
            "envoy_server_memory_allocated",
            "envoy_server_memory_heap_size",
            "envoy_server_memory_physical_size",
            "headgate_process_heap_live_bytes",
            "headgate_process_direct_bytes",
            "headgate_process_threads");
  }

  @Test
  void theFiguresAreThoseOfThisProcess() throws InterruptedException {
    ProcessMeters.ofProcess(Sensors.ofProcess(() -> 0)).register(meters);
    assertThat(read()).allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
    assertThat(read("headgate_process.heap_live_bytes"))
        .isLessThanOrEqualTo(read("server.memory_heap_size"));
    long direct = read("headgate_process.direct_bytes");

    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(MANY);
    CountDownLatch over = new CountDownLatch(1);
    Thread more = Thread.ofPlatform().start(() -> awaitQuietly(over));
    try {
      assertThat(read("headgate_process.direct_bytes")).isGreaterThanOrEqualTo(direct + MANY);
      assertThat(read("headgate_process.threads")).isGreaterThanOrEqualTo(2);
    } finally {
      buffer.release();
      over.countDown();
      more.join();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsInMemoryIsReadFromTheOperatingSystem(@TempDir Path directory) throws Exception {
    Path status =
        Files.writeString(directory.resolve("status"), "VmPeak:\t  999 kB\nVmRSS:\t    12 kB\n");
    assertThat(ProcessMeters.residentBytes(status)).isEqualTo(12 << 10);
    assertThat(ProcessMeters.residentBytes(directory.resolve("absent"))).isZero();
  }
}
