package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.listener.AcceptRules;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that the listener filters of one connection have together. When it is over the
 * connection closes, or goes on without what the filter that still waits would have found.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class FilterClock {
  private final Channel channel;
  private final AcceptRules rules;
  private final Counter timeouts;
  private @Nullable ScheduledFuture<?> running;
  private @Nullable Runnable givesUp;

  FilterClock(Channel channel, AcceptRules rules, Counter timeouts) {
    this.channel = channel;
    this.rules = rules;
    this.timeouts = timeouts;
  }

  /** A filter begins to wait; the first one starts the clock. */
  void waits(Runnable givesUp) {
    this.givesUp = givesUp;
    long nanos = rules.filtersTimeout().toNanos();
    if (running == null && nanos > 0) {
      running = channel.eventLoop().schedule(this::onTimeout, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** The filter that waited has what it wants. */
  void waitsNoMore() {
    givesUp = null;
  }

  /** All filters are through. */
  void stop() {
    givesUp = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void onTimeout() {
    Runnable waiting = givesUp;
    if (!channel.isActive() || waiting == null) {
      return;
    }
    timeouts.add();
    if (rules.continueOnTimeout()) {
      waiting.run();
    } else {
      var _ = channel.close();
    }
  }
}
