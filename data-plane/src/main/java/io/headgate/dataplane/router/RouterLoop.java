package io.headgate.dataplane.router;

import io.netty.channel.EventLoop;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What all routers of one loop share: deadlines and random numbers.
 *
 * <p>Thread: confined to the loop.
 */
final class RouterLoop {

  private final EventLoop eventLoop;
  private final RandomGenerator random;
  private final Deadlines deadlines;

  RouterLoop(EventLoop eventLoop, LongSupplier nanoClock, RandomGenerator random) {
    this.eventLoop = eventLoop;
    this.random = random;
    deadlines = new Deadlines(eventLoop, nanoClock);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  RandomGenerator random() {
    return random;
  }

  Deadlines deadlines() {
    return deadlines;
  }
}
