package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.EchoTerminal;
import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who cannot take more stops who sends, in both directions, and nothing is lost. */
class WatermarksTest {
  private static final int LIMIT = 64 * 1024;
  private static final int PIECE = 16 * 1024;
  private static final int ALL = 48 << 20;

  @TempDir private Path directory = Path.of("");
  private ListenerBed bed = new ListenerBed(Path.of(""));

  @BeforeEach
  void make() {
    bed.close();
    bed = new ListenerBed(directory);
    bed.bufferLimit = LIMIT;
    bed.terminal.answering = false;
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private EchoTerminal.Stream firstStream() {
    await().until(() -> !bed.terminal.streams.isEmpty());
    return bed.terminal.streams.getFirst();
  }

  @Test
  void aClientThatDoesNotReadStopsTheAnswer() throws Exception {
    bed.open();
    try (RawClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      EchoTerminal.Stream stream = firstStream();
      AtomicLong sent = new AtomicLong();
      Answer answer = new Answer(stream, sent);
      stream.stream().eventLoop().execute(() -> stream.begin(200, ALL));
      stream.stream().eventLoop().execute(answer);
      await().during(Duration.ofMillis(300)).until(answer::isStopped);
      assertThat(sent.get()).as("no more than buffers hold").isLessThan(ALL / 2);
      CompletableFuture<Integer> read = new CompletableFuture<>();
      Thread.ofPlatform().daemon(true).start(() -> readAll(client, read));
      await().atMost(Duration.ofSeconds(15)).until(read::isDone);
      assertThat(read.join()).isEqualTo(ALL);
    }
  }

  private static void readAll(RawClient client, CompletableFuture<Integer> read) {
    try {
      var _ = read.complete(client.read().body().length());
    } catch (java.io.IOException e) {
      var _ = read.completeExceptionally(e);
    }
  }

  /** Sends pieces for as long as it may, as a backend does whose connection is read. */
  private static final class Answer implements Runnable {
    private static final byte[] BYTES = new byte[PIECE];
    private final EchoTerminal.Stream stream;
    private final AtomicLong sent;
    private volatile boolean stopped;

    Answer(EchoTerminal.Stream stream, AtomicLong sent) {
      this.stream = stream;
      this.sent = sent;
    }

    boolean isStopped() {
      return stopped;
    }

    @Override
    public void run() {
      stopped = !stream.stream().isResponseWritable();
      if (!stopped) {
        boolean last = sent.addAndGet(PIECE) == ALL;
        stream.stream().respondData(Unpooled.wrappedBuffer(BYTES), last);
        if (last) {
          return;
        }
      }
      stream.stream().eventLoop().execute(this);
    }
  }

  @Test
  void aBackendThatDoesNotReadStopsTheClient() throws Exception {
    bed.open();
    try (RawClient client = bed.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + ALL + "\r\n\r\n");
      EchoTerminal.Stream stream = firstStream();
      CompletableFuture<Void> paused = new CompletableFuture<>();
      stream.stream()
          .eventLoop()
          .execute(() -> {
            stream.stream().pauseRequest();
            paused.complete(null);
          });
      paused.join();
      AtomicLong sent = new AtomicLong();
      Thread.ofPlatform().daemon(true).start(() -> sendAll(client, sent));
      AtomicLong before = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(200))
          .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
      assertThat(sent.get()).as("the client's socket is full").isLessThan(ALL / 2);
      assertThat(stream.body.length()).isLessThanOrEqualTo(LIMIT);
      stream.stream().eventLoop().execute(() -> stream.stream().resumeRequest());
      await().atMost(Duration.ofSeconds(15)).until(() -> stream.ended);
      assertThat(stream.body.length()).isEqualTo(ALL);
    }
  }

  private static void sendAll(RawClient client, AtomicLong sent) {
    String piece = "x".repeat(PIECE);
    try {
      while (sent.get() < ALL) {
        client.send(piece);
        sent.addAndGet(PIECE);
      }
    } catch (java.io.IOException e) {
      sent.set(Long.MAX_VALUE);
    }
  }
}
