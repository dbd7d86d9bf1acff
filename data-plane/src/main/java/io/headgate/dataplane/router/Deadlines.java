package io.headgate.dataplane.router;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one loop: starting and cancelling one costs a few pointers, not a timer.
 *
 * <p>Deadlines of the same length expire in the order in which they start, so each length has a
 * queue (a lane), and only its first needs a timer of the loop. Nearly all requests end before
 * their timeout: a lane's timer fires about once per timeout, not once per request. The idea is
 * that of timing queues of fixed intervals, as in Varghese and Lauck's "Hashed and Hierarchical
 * Timing Wheels" (1987), scheme 2 for equal intervals.
 *
 * <p>Thread: confined to the loop.
 */
final class Deadlines {

  // Lengths come from config; a lane beyond this many is dropped when it is empty.
  private static final int MAX_LANES = 256;

  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final Map<Long, Lane> lanes = new HashMap<>();
  private @Nullable Lane lastUsed;

  Deadlines(EventLoop loop, LongSupplier nanoClock) {
    this.loop = loop;
    this.nanoClock = nanoClock;
  }

  /** Starts a deadline. */
  Deadline start(long lengthNanos, long nowNanos, Deadline.Target target) {
    Lane lane = lastUsed;
    if (lane == null || lane.length != lengthNanos) {
      lane = lane(lengthNanos);
      lastUsed = lane;
    }
    Deadline deadline = new Deadline(target, nowNanos + lengthNanos);
    lane.append(deadline);
    return deadline;
  }

  private Lane lane(long length) {
    Lane lane = lanes.get(length);
    if (lane == null) {
      if (lanes.size() >= MAX_LANES) {
        lanes.values().removeIf(old -> old.first == null && !old.armed);
      }
      lane = new Lane(this, length);
      lanes.put(length, lane);
    }
    return lane;
  }

  /** The deadlines of one length, the earliest first. */
  static final class Lane implements Runnable {

    private final Deadlines owner;
    private final long length;
    private @Nullable Deadline first;
    private @Nullable Deadline last;
    private boolean armed;

    Lane(Deadlines owner, long length) {
      this.owner = owner;
      this.length = length;
    }

    private void append(Deadline deadline) {
      deadline.lane = this;
      deadline.previous = last;
      if (last == null) {
        first = deadline;
      } else {
        last.next = deadline;
      }
      last = deadline;
      if (!armed) {
        arm(length);
      }
    }

    void remove(Deadline deadline) {
      if (deadline.previous == null) {
        first = deadline.next;
      } else {
        deadline.previous.next = deadline.next;
      }
      if (deadline.next == null) {
        last = deadline.previous;
      } else {
        deadline.next.previous = deadline.previous;
      }
      deadline.next = null;
      deadline.previous = null;
      deadline.lane = null;
    }

    private void arm(long nanos) {
      armed = true;
      var _ = owner.loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
      armed = false;
      long now = owner.nanoClock.getAsLong();
      Deadline head;
      while ((head = first) != null && head.atNanos - now <= 0) {
        remove(head);
        head.target.expired(head);
      }
      if (first != null && !armed) {
        arm(Math.max(first.atNanos - now, 1));
      }
    }
  }
}
