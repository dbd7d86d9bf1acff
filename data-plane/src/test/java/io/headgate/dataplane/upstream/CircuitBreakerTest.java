package io.headgate.dataplane.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.cluster.CircuitBreakers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private static CircuitBreaker breaker(
      long retries, CircuitBreakers.@Nullable RetryBudget budget) {
    return new CircuitBreaker(new CircuitBreakers.Thresholds(2, 2, 100, retries, budget), false);
  }

  @Test
  void limitsHoldAndPlacesComeBack() {
    CircuitBreaker breaker = breaker(1, null);
    assertThat(breaker.tryPending()).isTrue();
    assertThat(breaker.tryPending()).isTrue();
    assertThat(breaker.tryPending()).isFalse();
    breaker.releasePending();
    assertThat(breaker.tryPending()).isTrue();
    assertThat(breaker.tryRetry()).isTrue();
    assertThat(breaker.tryRetry()).isFalse();
    assertThat(breaker.retries()).isEqualTo(1);
  }

  @Test
  void aPoolMayAlwaysHaveOneConnection() {
    CircuitBreaker breaker = breaker(1, null);
    assertThat(breaker.tryConnection()).isTrue();
    assertThat(breaker.tryConnection()).isTrue();
    assertThat(breaker.tryConnection()).isFalse();
    breaker.forceConnection();
    assertThat(breaker.connections()).isEqualTo(3);
  }

  @Test
  void aBudgetIsAShareOfRequestsWithAFloor() {
    CircuitBreaker breaker = breaker(0, new CircuitBreakers.RetryBudget(20, 3));
    assertThat(takeRetries(breaker)).isEqualTo(3);
    for (int i = 0; i < 50; i++) {
      assertThat(breaker.tryRequest()).isTrue();
    }
    assertThat(takeRetries(breaker)).isEqualTo(7);
    assertThat(breaker.retries()).isEqualTo(10);
  }

  private static int takeRetries(CircuitBreaker breaker) {
    int taken = 0;
    while (breaker.tryRetry()) {
      taken++;
    }
    return taken;
  }

  @Test
  void newLimitsHoldAtOnce() {
    CircuitBreaker breaker = breaker(1, null);
    breaker.limits(new CircuitBreakers.Thresholds(0, 0, 0, 0, null));
    assertThat(breaker.tryRequest()).isFalse();
    breaker.limits(CircuitBreakers.Thresholds.DEFAULT);
    assertThat(breaker.tryRequest()).isTrue();
  }
}
