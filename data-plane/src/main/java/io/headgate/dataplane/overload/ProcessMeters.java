package io.headgate.dataplane.overload;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What the process itself takes of the machine, as gauges that are read when somebody asks. Memory
 * is in bytes.
 *
 * @param heapUsed of the Java heap, garbage included
 * @param heapSize of the Java heap, as it is reserved now
 * @param heapLive of the Java heap, as the last collection left it: the figure that shows a leak
 * @param direct network buffers outside the heap
 * @param physical all of the process that is in RAM
 * @param threads that run Java code
 */
public record ProcessMeters(
    LongSupplier heapUsed,
    LongSupplier heapSize,
    LongSupplier heapLive,
    LongSupplier direct,
    LongSupplier physical,
    LongSupplier threads) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  /** Reads the Java machine and the operating system. */
  public static ProcessMeters ofProcess(Sensors sensors) {
    Runtime runtime = Runtime.getRuntime();
    return new ProcessMeters(
        () -> runtime.totalMemory() - runtime.freeMemory(),
        runtime::totalMemory,
        sensors.heap(),
        sensors.direct(),
        () -> residentBytes(STATUS),
        ManagementFactory.getThreadMXBean()::getThreadCount);
  }

  /** Returns what {@code proc_pid_status(5)} says, 0 where there is no such file. */
  static long residentBytes(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Shows them: by Envoy's names what Envoy has, the rest beside {@code headgate_process.open_fds}.
   */
  public void register(Meters meters) {
    Scope server = meters.scope("server");
    server.gauge("memory_allocated").follow(() -> heapUsed.getAsLong() + direct.getAsLong());
    server.gauge("memory_heap_size").follow(heapSize);
    server.gauge("memory_physical_size").follow(physical);
    Scope process = meters.scope("headgate_process");
    process.gauge("heap_live_bytes").follow(heapLive);
    process.gauge("direct_bytes").follow(direct);
    process.gauge("threads").follow(threads);
  }
}
