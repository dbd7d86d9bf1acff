package io.headgate.dataplane.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.observe.Meters;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loops that stand still or spin are named. */
class LoopWatchTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final List<EventLoop> loops = new ArrayList<>();
  private final Meters meters = new Meters();
  private final LoopWatch watch;

  LoopWatchTest() {
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
    watch = new LoopWatch(loops, meters);
  }

  @AfterEach
  void close() {
    watch.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final CountDownLatch released = new CountDownLatch(1);

  private void standsHereForAWhile() {
    try {
      var _ = released.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aLoopThatStandsStillIsNamed() {
    loops.get(1).execute(this::standsHereForAWhile);
    await().until(() -> watch.takeWorstLagNanos() > TimeUnit.MILLISECONDS.toNanos(200));
    released.countDown();
    await().until(() -> !watch.stalls().isEmpty());
    LoopWatch.Stall stall = watch.stalls().getFirst();
    assertThat(stall.loop()).isEqualTo(1);
    assertThat(stall.millis()).isGreaterThanOrEqualTo(100);
    assertThat(stall.place()).contains("LoopWatchTest.standsHereForAWhile");
    assertThat(watch.takeLagMicros(1)).isGreaterThan(100_000);
    await().untilAsserted(() -> assertThat(watch.figures().get(1).stalls()).isEqualTo(1));
  }

  @Test
  void aHotLoopShowsWhileTheOthersAreIdle() {
    Spinning spinning = new Spinning();
    loops.getFirst().execute(spinning);
    await()
        .untilAsserted(() -> {
          double hot = watch.figures().getFirst().busy();
          assertThat(hot).isGreaterThan(0.2); // others may share the processor
          assertThat(watch.figures().get(1).busy()).isLessThan(hot / 2);
        });
    spinning.stop = true;
  }

  /** Uses its loop's thread all the time, and lets others run in between. */
  private final class Spinning implements Runnable {
    private volatile boolean stop;

    @Override
    public void run() {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      if (!stop) {
        loops.getFirst().execute(this);
      }
    }
  }
}
