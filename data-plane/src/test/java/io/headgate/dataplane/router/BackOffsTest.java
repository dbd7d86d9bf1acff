package io.headgate.dataplane.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.route.RetryPolicy;
import io.headgate.xds.model.route.RetryPolicy.BackOff;
import io.headgate.xds.model.route.RetryPolicy.RateLimitedBackOff;
import io.headgate.xds.model.route.RetryPolicy.ResetHeader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackOffsTest {

  private static final BackOff PAUSE = new BackOff(Duration.ofMillis(20), Duration.ofMillis(100));

  @Test
  void theIntervalDoublesUpToItsCapWithFullJitter() {
    SplittableRandom random = new SplittableRandom(7);
    long[] caps = {20, 40, 80, 100, 100};
    for (int made = 1; made <= caps.length; made++) {
      long most = 0;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 2000; i++) {
        long nanos = BackOffs.exponential(PAUSE, made, random);
        most = Math.max(most, nanos);
        least = Math.min(least, nanos);
      }
      long cap = TimeUnit.MILLISECONDS.toNanos(caps[made - 1]);
      assertThat(most).isLessThan(cap).isGreaterThan(cap * 9 / 10);
      assertThat(least).isLessThan(cap / 10);
    }
    assertThat(BackOffs.exponential(PAUSE, 80, random))
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(100));
  }

  private static RetryPolicy policy(@Nullable RateLimitedBackOff limited) {
    return new RetryPolicy(
        Set.of(),
        1,
        RetryPolicy.PerTry.NONE,
        PAUSE,
        limited,
        RetryPolicy.Retriable.NONE,
        RetryPolicy.HostSelection.DEFAULT);
  }

  private static long asked(@Nullable RateLimitedBackOff limited, String name, String value) {
    ResponseHead answer = new ResponseHead();
    answer.headers().add(HeaderName.of(name), value);
    return BackOffs.asked(policy(limited), answer, 1_000_000_000_000L, new SplittableRandom(3));
  }

  @Test
  void anAnswerMayAskForAPause() {
    RateLimitedBackOff limited =
        new RateLimitedBackOff(
            List.of(new ResetHeader("retry-after", false), new ResetHeader("x-reset", true)),
            Duration.ofSeconds(10));
    long second = TimeUnit.SECONDS.toNanos(1);
    assertThat(asked(limited, "retry-after", "4")).isBetween(4 * second, 6 * second);
    assertThat(asked(limited, "x-reset", "1000000003")).isBetween(3 * second, 9 * second / 2);
    assertThat(asked(limited, "x-reset", "999999999")).as("in the past").isEqualTo(-1);
    assertThat(asked(limited, "retry-after", "11")).as("beyond the cap").isEqualTo(-1);
    assertThat(asked(limited, "retry-after", "soon")).isEqualTo(-1);
    assertThat(asked(limited, "other", "4")).isEqualTo(-1);
    assertThat(asked(null, "retry-after", "4")).isEqualTo(-1);
  }
}
