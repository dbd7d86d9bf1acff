package io.headgate.dataplane.router;

import io.headgate.dataplane.http.LoopDeadlines;
import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;

/**
 * What all routers of one loop share: deadlines and random numbers.
 *
 * <p>Thread: confined to the loop.
 */
final class RouterLoop {

  private final EventLoop eventLoop;
  private final RandomGenerator random;
  private final LoopDeadlines deadlines;

  RouterLoop(EventLoop eventLoop, RandomGenerator random) {
    this.eventLoop = eventLoop;
    this.random = random;
    deadlines = LoopDeadlines.of(eventLoop);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  RandomGenerator random() {
    return random;
  }

  LoopDeadlines deadlines() {
    return deadlines;
  }
}
