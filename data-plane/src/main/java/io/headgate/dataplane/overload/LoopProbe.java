package io.headgate.dataplane.overload;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Watches one event loop: how late a task runs that is due every 100 ms, how busy its thread is,
 * and how many sockets it has.
 *
 * <p><b>Thread:</b> measures on the loop; any other reads.
 */
final class LoopProbe {
  static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int index;
  private final EventLoop loop;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private volatile @Nullable Thread thread;
  private volatile long due;

  LoopProbe(int index, EventLoop loop) {
    this.index = index;
    this.loop = loop;
    due = System.nanoTime() + EVERY_NANOS;
    loop.execute(this::begin);
  }

  private final AtomicLong[] worst = {new AtomicLong(), new AtomicLong(), new AtomicLong()};

  /** Who reads the worst lag; each has a reading of its own. */
  enum Reader {
    STATUS,
    OVERLOAD,
    FIGURES
  }

  int index() {
    return index;
  }

  @Nullable Thread thread() {
    return thread;
  }

  private void begin() {
    thread = Thread.currentThread();
    measure();
  }

  private void measure() {
    long now = System.nanoTime();
    long lag = Math.max(0, now - due);
    for (AtomicLong reading : worst) {
      reading.accumulateAndGet(lag, Math::max);
    }
    due = now + EVERY_NANOS;
    if (!loop.isShuttingDown()) {
      var _ = loop.schedule(this::measure, EVERY_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** Returns for how long the task has been due that did not run yet; 0 when none is. */
  long overdueNanos(long now) {
    return loop.isShuttingDown() ? 0 : Math.max(0, now - due);
  }

  /** Returns the worst lag since this reader's last call, one that still lasts included. */
  long takeLagNanos(Reader reader) {
    long measured =
        switch (reader) {
          case STATUS -> worst[0].getAndSet(0);
          case OVERLOAD -> worst[1].getAndSet(0);
          case FIGURES -> worst[2].getAndSet(0);
        };
    return Math.max(measured, overdueNanos(System.nanoTime()));
  }

  /** Returns the processor time of the loop's thread, -1 when unknown. */
  long cpuNanos() {
    Thread of = thread;
    return of == null ? -1 : threads.getThreadCpuTime(of.threadId());
  }

  int sockets() {
    return loop instanceof SingleThreadEventLoop single
        ? Math.max(0, single.registeredChannels())
        : 0;
  }
}
