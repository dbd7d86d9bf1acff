package io.headgate.dataplane.observe;

import io.headgate.xds.model.listener.AccessLog;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
  private static final String STDOUT = "/dev/stdout";
  private static final String STDERR = "/dev/stderr";

  private final Map<String, LogSink> sinks = new ConcurrentHashMap<>();
  private final LogMeters counts;
  private final Thread writer;
  private volatile boolean parked;
  private volatile boolean closed;

  /** Starts the writer thread. */
  public AccessLogs(Meters meters) {
    counts = LogMeters.of(meters);
    writer = Thread.ofPlatform().name("access-log").daemon(true).unstarted(this::run);
    writer.start();
  }

  /**
   * Returns the logger of a config.
   *
   * @throws IllegalArgumentException when the format has an unknown operator or the file can't be
   *     opened
   */
  public AccessLogger logger(AccessLog config) {
    LogSink sink =
        switch (config.sink()) {
          case AccessLog.Sink.File(String path) -> sink(path);
          case AccessLog.Sink.Stdout() -> sink(STDOUT);
          case AccessLog.Sink.Stderr() -> sink(STDERR);
        };
    AccessLogger logger = new LineLogger(config.format(), sink);
    return config.filter() == null ? logger : new FilteredLogger(config.filter(), logger);
  }

  private LogSink sink(String path) {
    LogSink known = sinks.get(path);
    if (known != null) {
      return known;
    }
    LogSink sink = open(path);
    sinks.put(path, sink);
    return sink;
  }

  @SuppressWarnings("SystemOut") // the config asks for it
  private LogSink open(String path) {
    try {
      return switch (path) {
        case STDOUT -> LogSink.stream(System.out, counts, this::wake);
        case STDERR -> LogSink.stream(System.err, counts, this::wake);
        default -> LogSink.file(Path.of(path), counts, this::wake);
      };
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "access log \""
              + path
              + "\" can not be opened: "
              + e
              + "; name a file that this user may write",
          e);
    }
  }

  /**
   * Opens all files anew, as after they were moved away by a log rotation; returns at once. Any
   * thread.
   */
  public void reopen() {
    sinks.values().forEach(LogSink::reopen);
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
