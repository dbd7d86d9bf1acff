package io.headgate.dataplane.router;

import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;

/**
 * The clocks of one try: to the answer's head, without a byte, and over all. One deadline serves
 * all of them: it is armed for the next that could run out, and activity only notes the time.
 *
 * <p>Thread: confined to the loop.
 */
final class TryTimers extends Deadline {

  private final Attempt attempt;
  private final LoopDeadlines wheel;
  private long headBy = Long.MAX_VALUE;
  private long overBy = Long.MAX_VALUE;
  private long idleNanos;
  private long lastActivity;

  TryTimers(Attempt attempt, LoopDeadlines wheel) {
    this.attempt = attempt;
    this.wheel = wheel;
  }

  /** The try has its connection. */
  void start(long idle, long maxDuration) {
    lastActivity = wheel.nanoTime();
    idleNanos = idle;
    if (maxDuration > 0) {
      overBy = lastActivity + maxDuration;
    }
    arm();
  }

  /** The request is complete: the answer's head has so long. */
  void startHead(long nanos) {
    if (headBy == Long.MAX_VALUE) {
      headBy = wheel.nanoTime() + nanos;
      arm();
    }
  }

  /** The answer's head is there. */
  void headArrived() {
    headBy = Long.MAX_VALUE;
    touch();
  }

  /** Bytes have moved, in either direction. */
  void touch() {
    if (idleNanos > 0) {
      lastActivity = wheel.nanoTime();
    }
  }

  void stop() {
    wheel.disarm(this);
  }

  private void arm() {
    long at = Math.min(headBy, overBy);
    if (idleNanos > 0) {
      at = Math.min(at, lastActivity + idleNanos);
    }
    if (at != Long.MAX_VALUE) {
      wheel.armAt(this, at);
    }
  }

  @Override
  protected void onExpired() {
    long now = wheel.nanoTime();
    if (now >= headBy) {
      attempt.timedOut(ErrorKind.UPSTREAM_PER_TRY_TIMEOUT);
    } else if (now >= overBy) {
      attempt.timedOut(ErrorKind.UPSTREAM_MAX_DURATION);
    } else if (idleNanos > 0 && now >= lastActivity + idleNanos) {
      attempt.timedOut(ErrorKind.UPSTREAM_IDLE_TIMEOUT);
    } else {
      arm();
    }
  }
}
