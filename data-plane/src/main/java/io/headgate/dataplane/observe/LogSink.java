package io.headgate.dataplane.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * One file or the standard output, behind a bounded queue: loops offer lines, the writer thread
 * writes them; a full queue drops lines and counts them.
 */
final class LogSink {
  private static final int MAX_LINES = 16_384;

  private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(MAX_LINES);
  private final OutputStream out;
  private final Counter dropped;
  private final Counter failed;
  private final Runnable wake;

  LogSink(OutputStream out, Counter dropped, Counter failed, Runnable wake) {
    this.out = out;
    this.dropped = dropped;
    this.failed = failed;
    this.wake = wake;
  }

  /** Hands a line over; never blocks for I/O. Any thread. */
  void offer(String line) {
    if (lines.offer(line)) {
      wake.run();
    } else {
      dropped.add();
    }
  }

  /** Writes what is there and returns whether there was something. Writer thread. */
  boolean write() {
    String line = lines.poll();
    if (line == null) {
      return false;
    }
    try {
      for (int i = 0; line != null && i < MAX_LINES; i++) {
        out.write(bytes(line));
        line = lines.poll();
      }
      out.flush();
    } catch (IOException e) {
      failed.add();
    }
    return true;
  }

  /** Header values were read as ISO-8859-1, so writing them back so restores their bytes. */
  private static byte[] bytes(String line) {
    return ISO_8859_1.newEncoder().canEncode(line)
        ? line.getBytes(ISO_8859_1)
        : line.getBytes(UTF_8);
  }

  void close() {
    try {
      out.flush();
      if (out != System.out) {
        out.close();
      }
    } catch (IOException e) {
      failed.add();
    }
  }
}
