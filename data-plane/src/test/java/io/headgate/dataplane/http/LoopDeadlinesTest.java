package io.headgate.dataplane.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Deadlines of a loop on a clock that only tests move. */
class LoopDeadlinesTest {
  private final MemoryConnection loop = new MemoryConnection();
  private final LoopDeadlines wheel = LoopDeadlines.of(loop.eventLoop());
  private final List<String> fired = new ArrayList<>();

  private Deadline named(String name) {
    return new Deadline() {
      @Override
      protected void onExpired() {
        fired.add(name);
      }
    };
  }

  private static long millis(long n) {
    return TimeUnit.MILLISECONDS.toNanos(n);
  }

  @Test
  void firesInTimeAndNeverEarly() {
    wheel.arm(named("b"), millis(50));
    wheel.arm(named("a"), millis(20));
    loop.pass(19);
    assertThat(fired).isEmpty();
    loop.pass(9);
    assertThat(fired).containsExactly("a");
    loop.pass(30);
    assertThat(fired).containsExactly("a", "b");
  }

  @Test
  void disarmedAndMovedDeadlinesKeepQuiet() {
    Deadline gone = named("gone");
    Deadline moved = named("moved");
    wheel.arm(gone, millis(20));
    wheel.arm(moved, millis(20));
    wheel.disarm(gone);
    wheel.arm(moved, millis(40));
    loop.pass(30);
    assertThat(fired).isEmpty();
    loop.pass(20);
    assertThat(fired).containsExactly("moved");
    assertThat(moved.isArmed()).isFalse();
  }

  @Test
  void deadlinesBeyondTheWheelsHorizonFireOnce() {
    wheel.arm(named("far"), TimeUnit.SECONDS.toNanos(300));
    for (int i = 0; i < 299; i++) {
      loop.pass(1000);
    }
    assertThat(fired).isEmpty();
    loop.pass(1010);
    assertThat(fired).containsExactly("far");
  }

  @Test
  void manyRandomDeadlinesAllFireOnceAndInTime() {
    Random random = new Random(1);
    int[] due = new int[500];
    long[] firedAt = new long[500];
    long start = wheel.nanoTime();
    for (int i = 0; i < due.length; i++) {
      due[i] = random.nextInt(20_000);
      int n = i;
      wheel.arm(
          new Deadline() {
            @Override
            protected void onExpired() {
              assertThat(firedAt[n]).isZero();
              firedAt[n] = wheel.nanoTime() - start;
            }
          },
          millis(due[i]));
    }
    for (int i = 0; i < 5010; i++) {
      loop.pass(4);
    }
    for (int i = 0; i < due.length; i++) {
      assertThat(firedAt[i]).isBetween(millis(due[i]), millis(due[i] + 20));
    }
  }
}
