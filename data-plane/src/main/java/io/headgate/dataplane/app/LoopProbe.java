package io.headgate.dataplane.app;

import io.headgate.dataplane.xds.ProxyFacts;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches one event loop: how late a task runs that is due every 100 ms, and how busy its thread
 * is.
 *
 * <p>Thread: measures on the loop; {@link #take} by the config thread.
 */
final class LoopProbe {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int index;
  private final EventLoop loop;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final AtomicLong worstLagNanos = new AtomicLong();
  private volatile long threadId;
  private long due;
  private long takenAt = System.nanoTime();
  private long cpuAtTake;

  LoopProbe(int index, EventLoop loop) {
    this.index = index;
    this.loop = loop;
    loop.execute(this::begin);
  }

  private void begin() {
    threadId = Thread.currentThread().threadId();
    due = System.nanoTime() + EVERY_NANOS;
    var _ = loop.schedule(this::measure, EVERY_NANOS, TimeUnit.NANOSECONDS);
  }

  private void measure() {
    long now = System.nanoTime();
    worstLagNanos.accumulateAndGet(Math.max(0, now - due), Math::max);
    due = now + EVERY_NANOS;
    if (!loop.isShuttingDown()) {
      var _ = loop.schedule(this::measure, EVERY_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** What was measured since the call before. */
  ProxyFacts.Loop take() {
    long now = System.nanoTime();
    long cpu = threadId == 0 ? -1 : threads.getThreadCpuTime(threadId);
    double busy = 0;
    if (cpu >= 0 && now > takenAt) {
      busy = Math.clamp((double) (cpu - cpuAtTake) / (now - takenAt), 0.0, 1.0);
      cpuAtTake = cpu;
    }
    takenAt = now;
    int connections =
        loop instanceof SingleThreadEventLoop single ? Math.max(0, single.registeredChannels()) : 0;
    return new ProxyFacts.Loop(
        index, TimeUnit.NANOSECONDS.toMicros(worstLagNanos.getAndSet(0)), busy, connections);
  }
}
