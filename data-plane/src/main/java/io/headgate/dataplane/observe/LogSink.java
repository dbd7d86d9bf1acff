package io.headgate.dataplane.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One file or stream behind a bounded queue: loops offer lines without a lock, the writer thread
 * writes them. A queue that is full drops lines and counts them.
 */
final class LogSink {
  /** Characters that may wait, 16 Mi. */
  static final long MAX_CHARS = 16L << 20;

  private static final int LINES_AT_ONCE = 16_384;

  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private final @Nullable Path file;
  private final LogMeters meters;
  private final Runnable wake;
  private OutputStream out;
  private volatile boolean reopen;

  private LogSink(@Nullable Path file, OutputStream out, LogMeters meters, Runnable wake) {
    this.file = file;
    this.out = out;
    this.meters = meters;
    this.wake = wake;
  }

  /** A sink that appends to a file. */
  static LogSink file(Path file, LogMeters meters, Runnable wake) throws IOException {
    return new LogSink(file, open(file), meters, wake);
  }

  /** A sink that writes to a stream of the process, which stays open. */
  static LogSink stream(OutputStream out, LogMeters meters, Runnable wake) {
    return new LogSink(null, out, meters, wake);
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        64 * 1024);
  }

  /** Hands a line over; never blocks. Any thread. */
  void offer(String line) {
    int length = line.length();
    if (waiting.addAndGet(length) > MAX_CHARS) {
      waiting.addAndGet(-length);
      meters.dropped().add();
      return;
    }
    meters.buffered().add();
    meters.waiting().add(length);
    lines.add(line);
    wake.run();
  }

  /** Opens the file anew before the next line; a file that was moved away is left alone then. */
  void reopen() {
    reopen = true;
    wake.run();
  }

  /** Writes what is there and returns whether there was something. Writer thread. */
  boolean write() {
    if (reopen) {
      reopen = false;
      openAgain();
    }
    String line = lines.poll();
    if (line == null) {
      return false;
    }
    try {
      for (int i = 0; line != null; i++) {
        taken(line.length());
        out.write(line.getBytes(UTF_8));
        line = i < LINES_AT_ONCE ? lines.poll() : null;
      }
      out.flush();
      meters.written().add();
    } catch (IOException e) {
      meters.failed().add();
    }
    return true;
  }

  private void taken(int length) {
    waiting.addAndGet(-length);
    meters.waiting().add(-length);
  }

  /** A file that can not be opened leaves the old one in use: lines go where they went before. */
  private void openAgain() {
    if (file == null) {
      return;
    }
    try {
      OutputStream next = open(file);
      OutputStream before = out;
      out = next;
      before.close();
    } catch (IOException e) {
      meters.reopenFailed().add();
    }
  }

  void close() {
    try {
      out.flush();
      if (file != null) {
        out.close();
      }
    } catch (IOException e) {
      meters.failed().add();
    }
  }
}
