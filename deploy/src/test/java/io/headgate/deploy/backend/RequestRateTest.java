package io.headgate.deploy.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRateTest {

  private final AtomicLong now = new AtomicLong(-5_000);
  private final RequestRate rate = new RequestRate(now::get);

  @Test
  void aSteadyStreamHasItsRate() {
    for (int i = 0; i < 1000; i++) {
      rate.count();
      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(rate.perSecond()).isCloseTo(100, within(5.0));
  }

  @Test
  void silenceOfTwoSecondsIsZero() {
    rate.count();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2_300));
    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void theFirstSecondIsMeasuredOverItsOwnLength() {
    for (int i = 0; i < 50; i++) {
      rate.count();
      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
    }
    assertThat(rate.perSecond()).isCloseTo(100, within(15.0));
  }
}
