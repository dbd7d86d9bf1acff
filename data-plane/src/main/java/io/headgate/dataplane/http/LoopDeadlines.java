package io.headgate.dataplane.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one event loop, in a hashed timing wheel (Varghese and Lauck): arming and
 * disarming are O(1) and make no garbage, since nearly every deadline of a proxy is called off. A
 * deadline fires up to one tick (8 ms) late, never early.
 *
 * <p><b>Thread:</b> confined to its event loop; {@link #of} must be called on it. The clock is the
 * loop's ticker, which tests inject.
 */
public final class LoopDeadlines {
  private static final int SLOTS = 1024;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  private static final FastThreadLocal<LoopDeadlines> OF_LOOP = new FastThreadLocal<>();

  private final EventLoop loop;
  private final Ticker ticker;
  private final long originNanos;
  private final @Nullable Deadline[] slots = new @Nullable Deadline[SLOTS];
  private final Runnable wakeTask = this::wake;
  private long currentTick;
  private long wakeTick = Long.MAX_VALUE;
  private int armed;

  private LoopDeadlines(EventLoop loop) {
    this.loop = loop;
    this.ticker = loop.ticker();
    this.originNanos = ticker.nanoTime();
  }

  /** Returns the wheel of the loop that runs the caller. */
  public static LoopDeadlines of(EventLoop loop) {
    LoopDeadlines wheel = OF_LOOP.get();
    if (wheel == null || wheel.loop != loop) {
      wheel = new LoopDeadlines(loop);
      OF_LOOP.set(wheel);
    }
    return wheel;
  }

  /** Returns the loop's time in nanoseconds; only differences mean something. */
  public long nanoTime() {
    return ticker.nanoTime();
  }

  /** Arms a deadline to fire after a delay; one that is armed already is moved. */
  public void arm(Deadline deadline, long delayNanos) {
    armAt(deadline, ticker.nanoTime() + delayNanos);
  }

  /** Arms a deadline to fire at a time of {@link #nanoTime}; one that is armed already is moved. */
  public void armAt(Deadline deadline, long atNanos) {
    disarm(deadline);
    deadline.atNanos = atNanos;
    if (armed == 0) {
      currentTick = tickOf(ticker.nanoTime());
    }
    long tick = Math.max(currentTick + 1, tickOf(atNanos) + 1);
    insert(deadline, (int) (tick & (SLOTS - 1)));
    armed++;
    // A deadline beyond the horizon waits in its slot for another round.
    if (tick < wakeTick) {
      scheduleWake(tick);
    }
  }

  /** Calls a deadline off; one that is not armed is left alone. */
  public void disarm(Deadline deadline) {
    int slot = deadline.slot;
    if (slot < 0) {
      return;
    }
    Deadline previous = deadline.previous;
    Deadline next = deadline.next;
    if (previous == null) {
      slots[slot] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    deadline.previous = null;
    deadline.next = null;
    deadline.slot = -1;
    armed--;
  }

  private void insert(Deadline deadline, int slot) {
    Deadline head = slots[slot];
    deadline.next = head;
    if (head != null) {
      head.previous = deadline;
    }
    slots[slot] = deadline;
    deadline.slot = slot;
  }

  private long tickOf(long nanos) {
    return Math.max(0, nanos - originNanos) / TICK_NANOS;
  }

  private void scheduleWake(long tick) {
    wakeTick = tick;
    long delay = originNanos + tick * TICK_NANOS - ticker.nanoTime();
    // Never called off: a wake that comes too early finds nothing to do.
    var _ = loop.schedule(wakeTask, Math.max(0, delay), TimeUnit.NANOSECONDS);
  }

  private void wake() {
    long now = ticker.nanoTime();
    long nowTick = tickOf(now);
    if (nowTick < wakeTick) {
      return;
    }
    wakeTick = Long.MAX_VALUE;
    long from = Math.max(currentTick + 1, nowTick - SLOTS + 1);
    currentTick = nowTick;
    for (long tick = from; tick <= nowTick; tick++) {
      fireSlot((int) (tick & (SLOTS - 1)), now);
    }
    if (armed > 0) {
      scheduleNext();
    }
  }

  private void fireSlot(int slot, long now) {
    Deadline deadline = slots[slot];
    while (deadline != null) {
      if (deadline.atNanos - now <= 0) {
        disarm(deadline);
        deadline.onExpired();
        deadline = slots[slot]; // the callback may have changed the list
      } else {
        deadline = deadline.next;
      }
    }
  }

  private void scheduleNext() {
    for (long tick = currentTick + 1; tick <= currentTick + SLOTS; tick++) {
      if (slots[(int) (tick & (SLOTS - 1))] != null) {
        if (tick < wakeTick) {
          scheduleWake(tick);
        }
        return;
      }
    }
  }
}
