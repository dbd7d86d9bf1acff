package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.http.Http2Options.Floods;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a peer may cost us: the account of every kind of frame that is cheap to send and dear to
 * take. Each method returns null, or the counter of the budget that is used up; the connection then
 * ends with ENHANCE_YOUR_CALM.
 *
 * <p>Resets are those that the peer sends (CVE-2023-44487) and those that it makes us send by
 * breaking the protocol (CVE-2025-8671): 1,000 at once and 33 a second from then on.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class Budgets {
  private static final int RESET_BURST = 1000;
  private static final int RESETS_PER_SECOND = 33;
  private static final int CONTROL_BURST = 1000;
  private static final int CONTROLS_PER_SECOND = 100;

  /** Continuations of one header block; a block of 60 KiB needs three. */
  private static final int MAX_CONTINUATIONS = 32;

  private static final int FREE_WINDOW_UPDATES = 5;

  private final Floods floods;
  private final H2Meters meters;
  private final Bucket resets = new Bucket(RESET_BURST, RESETS_PER_SECOND);
  private final Bucket controls = new Bucket(CONTROL_BURST, CONTROLS_PER_SECOND);
  private int emptyFrames;
  private int continuations;
  private long priorities;
  private long windowUpdates;
  private long streams;
  private long dataFramesSent;

  Budgets(Floods floods, H2Meters meters) {
    this.floods = floods;
    this.meters = meters;
  }

  /** Tokens that come back with time. */
  private static final class Bucket {
    private final int burst;
    private final long nanosPerToken;
    private int left;
    private long since;

    Bucket(int burst, int perSecond) {
      this.burst = burst;
      this.nanosPerToken = TimeUnit.SECONDS.toNanos(1) / perSecond;
      this.left = burst;
    }

    boolean take(long now) {
      if (left == burst) {
        since = now;
      }
      long back = (now - since) / nanosPerToken;
      if (back > 0) {
        left = (int) Math.min(burst, left + back);
        since += back * nanosPerToken;
      }
      return --left >= 0;
    }
  }

  void streamOpened() {
    streams++;
  }

  void dataFrameSent() {
    dataFramesSent++;
  }

  /** A stream was reset by the peer, or because of what the peer did. */
  @Nullable Counter reset(long now) {
    return resets.take(now) ? null : meters.resetFlood;
  }

  /** A SETTINGS, PING or unknown frame arrived. */
  @Nullable Counter control(long now) {
    return controls.take(now) ? null : meters.controlFlood;
  }

  /** A DATA or HEADERS frame arrived. */
  @Nullable Counter frame(boolean emptyAndOpen) {
    if (!emptyAndOpen) {
      emptyFrames = 0;
      return null;
    }
    return ++emptyFrames > floods.consecutiveEmptyFrames() ? meters.emptyFrameFlood : null;
  }

  void headersBegin() {
    continuations = 0;
  }

  @Nullable Counter continuation() {
    return ++continuations > MAX_CONTINUATIONS ? meters.continuationFlood : null;
  }

  @Nullable Counter priority() {
    return ++priorities > floods.priorityFramesPerStream() * (1 + streams)
        ? meters.priorityFlood
        : null;
  }

  @Nullable Counter windowUpdate() {
    long most =
        FREE_WINDOW_UPDATES + 2 * (streams + floods.windowUpdatesPerDataFrame() * dataFramesSent);
    return ++windowUpdates > most ? meters.windowUpdateFlood : null;
  }
}
