package io.headgate.dataplane.overload;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Where figures of the process come from; tests give their own.
 *
 * @param heap bytes of the heap that are in use
 * @param direct bytes of network buffers outside the heap
 * @param directMax the most that there may be of those
 * @param descriptors open file descriptors
 * @param descriptorsMax the most that the process may have
 * @param lag the worst lag of an event loop since the last reading, in nanoseconds
 */
public record Sensors(
    LongSupplier heap,
    LongSupplier direct,
    long directMax,
    LongSupplier descriptors,
    long descriptorsMax,
    LongSupplier lag) {

  /** Reads the Java machine. */
  public static Sensors ofProcess(LongSupplier lag) {
    Set<String> heapPools = new HashSet<>();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heapPools.add(pool.getName());
      }
    }
    List<GarbageCollectorMXBean> collectors =
        ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    UnixOperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    return new Sensors(
        () -> liveHeap(collectors, heapPools),
        () -> direct(buffers),
        PlatformDependent.maxDirectMemory(),
        system == null ? () -> 0 : system::getOpenFileDescriptorCount,
        system == null ? Long.MAX_VALUE : system.getMaxFileDescriptorCount(),
        lag);
  }

  /**
   * Returns what the last collection left. What is in use right now is mostly garbage, and nearly
   * the whole heap just before each collection.
   */
  private static long liveHeap(List<GarbageCollectorMXBean> collectors, Set<String> heapPools) {
    GcInfo last = null;
    for (GarbageCollectorMXBean collector : collectors) {
      GcInfo info = collector.getLastGcInfo();
      if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
        last = info;
      }
    }
    if (last == null) {
      Runtime runtime = Runtime.getRuntime();
      return runtime.totalMemory() - runtime.freeMemory();
    }
    long used = 0;
    for (var pool : last.getMemoryUsageAfterGc().entrySet()) {
      if (heapPools.contains(pool.getKey())) {
        used += pool.getValue().getUsed();
      }
    }
    return used;
  }

  private static long direct(List<BufferPoolMXBean> buffers) {
    long used = Math.max(0, PlatformDependent.usedDirectMemory());
    for (BufferPoolMXBean pool : buffers) {
      if (pool.getName().equals("direct")) {
        used += Math.max(0, pool.getMemoryUsed());
      }
    }
    return used;
  }
}
