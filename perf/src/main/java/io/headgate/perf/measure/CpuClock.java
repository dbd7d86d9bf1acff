package io.headgate.perf.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU time that processes and their children have used, from {@code /proc}.
 *
 * <p>The total comes from {@code schedstat} (nanoseconds); its division into user and kernel from
 * {@code stat}, whose ticks of 10 ms give a share, not a sum.
 */
public final class CpuClock {

  private static final int FIELD_UTIME = 14;
  private static final int FIELD_STIME = 15;

  /** Nanoseconds in all; user and kernel in ticks. */
  public record Reading(long nanos, long userTicks, long kernelTicks) {

    public Reading minus(Reading earlier) {
      return new Reading(
          nanos - earlier.nanos, userTicks - earlier.userTicks, kernelTicks - earlier.kernelTicks);
    }

    /** The share of the time spent in the kernel, 0 to 1. */
    public double kernelShare() {
      long ticks = userTicks + kernelTicks;
      return ticks == 0 ? 0 : (double) kernelTicks / ticks;
    }
  }

  private CpuClock() {}

  /** What a process and its children have used so far. */
  public static Reading read(long pid) {
    long nanos = 0;
    long user = 0;
    long kernel = 0;
    for (long each : family(pid)) {
      Path process = Path.of("/proc", Long.toString(each));
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
        for (Path thread : threads) {
          nanos += threadNanos(thread);
        }
        String[] stat = stat(process);
        user += Long.parseLong(stat[FIELD_UTIME - 3]);
        kernel += Long.parseLong(stat[FIELD_STIME - 3]);
      } catch (NoSuchFileException e) {
        // It has ended, and what it used is lost with it.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Reading(nanos, user, kernel);
  }

  private static long threadNanos(Path thread) throws IOException {
    try {
      String schedstat = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Resident memory of a process and its children, in bytes. */
  public static long resident(long pid) {
    long pages = 0;
    for (long each : family(pid)) {
      try {
        String statm = Files.readString(Path.of("/proc/" + each + "/statm"));
        int second = statm.indexOf(' ') + 1;
        pages += Long.parseLong(statm, second, statm.indexOf(' ', second), 10);
      } catch (IOException e) {
        // It has ended and holds nothing.
      }
    }
    return pages * 4096;
  }

  private static List<Long> family(long pid) {
    return ProcessHandle.of(pid)
        .map(handle ->
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(pid), handle.descendants().map(ProcessHandle::pid))
                .toList())
        .orElse(List.of());
  }

  /** The fields from the third on; the second holds a name that may hold spaces. */
  private static String[] stat(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }
}
