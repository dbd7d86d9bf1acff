package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access logs on disk: rotation, shared files, a disk that can't keep up, hostile text. */
class AccessLogsTest {
  @TempDir Path directory;
  private final Meters meters = new Meters();
  private final AccessLogs logs = new AccessLogs(meters);

  @AfterEach
  void close() {
    logs.close();
  }

  private AccessLogger logger(String file, String format) {
    return logs.logger(
        new AccessLog(
            new AccessLog.Sink.File(directory.resolve(file).toString()),
            new AccessLog.Format.Text(format, false)));
  }

  private static void log(AccessLogger logger, String header) {
    RequestHead head = new RequestHead();
    head.path("/p");
    head.headers().add(HeaderName.of("x-a"), header);
    logger.log(new StreamInfo(MemoryConnection.INFO, 1, 1, 1), head, null, null);
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(directory.resolve(file));
  }

  private long counter(String name) {
    return meters.all().stream()
        .filter(m -> m.name().equals(name))
        .mapToLong(m ->
            switch (m) {
              case Meters.CounterMeter c -> c.counter().value();
              case Meters.GaugeMeter g -> g.gauge().value();
              case Meters.HistogramMeter _ -> -1;
            })
        .sum();
  }

  @Test
  void aFileThatWasMovedAwayIsOpenedAnew() throws Exception {
    AccessLogger logger = logger("a.log", "%REQ(X-A)%\n");
    log(logger, "before");
    await().until(() -> lines("a.log").size() == 1);
    Files.move(directory.resolve("a.log"), directory.resolve("a.log.1"));
    log(logger, "still the old one");
    await().until(() -> lines("a.log.1").size() == 2);
    logs.reopen();
    log(logger, "after");
    await().until(() -> Files.exists(directory.resolve("a.log")) && lines("a.log").size() == 1);
    assertThat(lines("a.log.1")).containsExactly("before", "still the old one");
    assertThat(lines("a.log")).containsExactly("after");
    assertThat(counter("filesystem.reopen_failed")).isZero();
  }

  @Test
  void aFileThatCanNotBeOpenedAnewStaysInUse() throws Exception {
    Files.createDirectory(directory.resolve("d"));
    AccessLogger logger = logger("d/a.log", "%REQ(X-A)%\n");
    log(logger, "one");
    await().until(() -> counter("filesystem.write_completed") == 1);
    Files.move(directory.resolve("d"), directory.resolve("e"));
    logs.reopen();
    await().until(() -> counter("filesystem.reopen_failed") == 1);
    log(logger, "two");
    await().until(() -> lines("e/a.log").size() == 2);
  }

  @Test
  void loggersOfOneFileShareIt() throws Exception {
    AccessLogger one = logger("a.log", "1 %REQ(X-A)%\n");
    AccessLogger two = logger("a.log", "2 %REQ(X-A)%\n");
    for (int i = 0; i < 1000; i++) {
      log(i % 2 == 0 ? one : two, "line");
    }
    await().until(() -> lines("a.log").size() == 1000);
    assertThat(lines("a.log")).containsOnly("1 line", "2 line");
    assertThat(counter("filesystem.write_buffered")).isEqualTo(1000);
    await().until(() -> counter("filesystem.write_total_buffered") == 0);
  }

  @Test
  void aFullQueueDropsLinesAndCountsThem() throws Exception {
    // The sink's own wake-up is not connected, so nobody writes.
    CountDownLatch woken = new CountDownLatch(1);
    LogSink sink = LogSink.file(directory.resolve("a.log"), LogMeters.of(meters), woken::countDown);
    String line = "x".repeat(1 << 20);
    for (int i = 0; i < 20; i++) {
      sink.offer(line);
    }
    assertThat(counter("headgate.access_log_dropped_total")).isEqualTo(4);
    assertThat(counter("filesystem.write_total_buffered")).isEqualTo(LogSink.MAX_CHARS);
    assertThat(sink.write()).isTrue();
    sink.offer(line);
    assertThat(counter("headgate.access_log_dropped_total")).isEqualTo(4);
    sink.close();
  }

  @Test
  void nobodyForgesALine() throws Exception {
    AccessLogger text = logger("a.log", "%REQ(X-A)% %DYNAMIC_METADATA(jwt:sub)% end\n");
    AccessLogger json =
        logs.logger(
            new AccessLog(
                new AccessLog.Sink.File(directory.resolve("j.log").toString()),
                new AccessLog.Format.Json(
                    new Value.Obj(Map.of("sub", new Value.Str("%DYNAMIC_METADATA(jwt:sub)%"))),
                    false)));
    StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, 1, 1);
    info.putMetadata("jwt", Map.of("sub", "me\r\n[2026-01-01] \"GET /forged\"\u001b[2J\u0085é"));
    RequestHead head = new RequestHead();
    head.path("/p");
    // As the codec reads them: UTF-8 byte by byte, and a byte that is no UTF-8.
    head.headers().add(HeaderName.of("x-a"), "gr\u00c3\u00bc\u00c3\u009f \u00e9");
    text.log(info, head, null, null);
    json.log(info, head, null, null);
    await().until(() -> Files.size(directory.resolve("j.log")) > 0);
    assertThat(lines("a.log"))
        .containsExactly(
            "gr\u00c3\u00bc\u00c3\\x9f \u00e9 me\\x0d\\x0a[2026-01-01] \"GET"
                + " /forged\"\\x1b[2J\\x85é end");
    assertThat(lines("j.log"))
        .containsExactly(
            "{\"sub\":\"me\\r\\n[2026-01-01] \\\"GET /forged\\\"\\u001b[2J\\u0085é\"}");
  }

  @Test
  void aFilterDecides() throws Exception {
    AccessLogger some =
        logs.logger(
            new AccessLog(
                new AccessLog.Sink.File(directory.resolve("a.log").toString()),
                new AccessLog.Format.Text("%REQ(X-A)%\n", false),
                new AccessLogFilter.Flags(java.util.Set.of())));
    log(some, "no flag");
    StreamInfo failed = new StreamInfo(MemoryConnection.INFO, 1, 1, 1);
    failed.flag(ResponseFlag.NO_HEALTHY_UPSTREAM);
    some.log(failed, new RequestHead(), null, null);
    await().until(() -> lines("a.log").size() == 1);
    assertThat(lines("a.log")).containsExactly("-");
  }

  @Test
  void aFileThatCanNotBeOpenedIsNamed() {
    assertThatThrownBy(() -> logger("no/such/directory/a.log", "x\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no/such/directory/a.log")
        .hasMessageContaining("NoSuchFile");
  }
}
