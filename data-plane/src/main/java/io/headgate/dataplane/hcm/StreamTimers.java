package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one stream: idle, whole request, maximum duration. One deadline serves all of them:
 * it is armed for the next that could run out, and activity only notes the time.
 *
 * <p><b>Thread:</b> the stream's event loop.
 */
final class StreamTimers extends Deadline {
  private final AnswerSide stream;
  private final LoopDeadlines wheel;
  private final HcmTimeouts timeouts;
  private final Pressure pressure;
  private long idleNanos;
  private long lastActivity;
  private long requestBy = Long.MAX_VALUE;
  private long overBy = Long.MAX_VALUE;

  StreamTimers(AnswerSide stream, EventLoop loop, HcmSettings settings) {
    this.stream = stream;
    this.wheel = LoopDeadlines.of(loop);
    this.timeouts = settings.timeouts();
    this.pressure = settings.limits().pressure();
  }

  /**
   * Starts the clocks when the route is known.
   *
   * @param life how long the stream may live; 0 for ever
   */
  void start(long now, @Nullable StreamRoute route, boolean requestComplete, long life) {
    lastActivity = now;
    idleNanos = timeouts.streamIdle();
    if (route != null) {
      if (route.idleTimeoutNanos() >= 0) {
        idleNanos = route.idleTimeoutNanos();
      }
    }
    if (life > 0) {
      overBy = now + life;
    }
    if (timeouts.request() > 0 && !requestComplete) {
      requestBy = now + timeouts.request();
    }
    arm();
  }

  /** Something of the stream moved. */
  void touch() {
    lastActivity = wheel.nanoTime();
  }

  void requestComplete() {
    requestBy = Long.MAX_VALUE;
  }

  void stop() {
    wheel.disarm(this);
  }

  private void arm() {
    long at = Math.min(requestBy, overBy);
    if (idleNanos > 0) {
      at = Math.min(at, lastActivity + pressure.scaled(Timer.STREAM_IDLE, idleNanos));
      long again = pressure.lookAgainNanos(Timer.STREAM_IDLE);
      if (again != Long.MAX_VALUE) {
        at = Math.min(at, wheel.nanoTime() + again);
      }
    }
    if (at != Long.MAX_VALUE) {
      wheel.armAt(this, at);
    }
  }

  @Override
  protected void onExpired() {
    long now = wheel.nanoTime();
    if (now >= requestBy) {
      stream.timedOut(ErrorKind.REQUEST_TIMEOUT);
    } else if (now >= overBy) {
      stream.timedOut(ErrorKind.MAX_STREAM_DURATION);
    } else if (idleNanos > 0
        && now >= lastActivity + pressure.scaled(Timer.STREAM_IDLE, idleNanos)) {
      stream.timedOut(ErrorKind.STREAM_IDLE_TIMEOUT);
    } else {
      arm();
    }
  }
}
