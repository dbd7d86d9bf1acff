package io.headgate.dataplane.observe;

import io.headgate.xds.model.listener.AccessLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * All access logs of the process, written by one thread. Loggers of the same path share one file,
 * which stays open until the process ends.
 *
 * <p><b>Thread:</b> {@link #logger} on the config thread; loggers on any event loop. Lines that the
 * disk can't take in time are dropped and counted in {@code headgate_access_log_dropped_total}.
 */
public final class AccessLogs implements AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long CLOSE_MILLIS = 2000;
  private static final String STDOUT = "";

  private final Map<String, LogSink> sinks = new ConcurrentHashMap<>();
  private final Map<AccessLog, AccessLogger> loggers = new HashMap<>();
  private final Counter dropped;
  private final Counter failed;
  private final Thread writer;
  private volatile boolean parked;
  private volatile boolean closed;

  /** Starts the writer thread. */
  public AccessLogs(Meters meters) {
    dropped = meters.scope("headgate").counter("access_log_dropped_total");
    failed = meters.scope("filesystem").counter("write_failed");
    writer = Thread.ofPlatform().name("access-log").daemon(true).unstarted(this::run);
    writer.start();
  }

  /**
   * Returns the logger of a config; equal configs have the same.
   *
   * @throws IllegalArgumentException when the format has an unknown operator or the file can't be
   *     opened
   */
  public AccessLogger logger(AccessLog config) {
    AccessLogger known = loggers.get(config);
    if (known != null) {
      return known;
    }
    LogSink sink =
        switch (config.sink()) {
          case AccessLog.Sink.File(String path) -> sink(path);
          case AccessLog.Sink.Stdout() -> sink(STDOUT);
        };
    AccessLogger logger = new LineLogger(config.format(), sink);
    loggers.put(config, logger);
    return logger;
  }

  private LogSink sink(String path) {
    LogSink known = sinks.get(path);
    if (known != null) {
      return known;
    }
    LogSink sink = new LogSink(open(path), dropped, failed, this::wake);
    sinks.put(path, sink);
    return sink;
  }

  private static OutputStream open(String path) {
    if (path.equals(STDOUT)) {
      return System.out;
    }
    try {
      return new BufferedOutputStream(
          Files.newOutputStream(
              Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          64 * 1024);
    } catch (IOException e) {
      throw new IllegalArgumentException("access log " + path + ": " + e, e);
    }
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(writer);
    }
  }

  private void run() {
    while (true) {
      boolean last = closed;
      boolean wrote = writeAll();
      if (last) {
        return;
      }
      if (!wrote) {
        parked = true;
        LockSupport.parkNanos(this, IDLE_NANOS);
        parked = false;
      }
    }
  }

  private boolean writeAll() {
    boolean wrote = false;
    for (LogSink sink : sinks.values()) {
      wrote |= sink.write();
    }
    return wrote;
  }

  /** Writes what is queued and closes all files, within 2 s. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sinks.values().forEach(LogSink::close);
  }
}
