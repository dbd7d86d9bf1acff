package io.headgate.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.perf.measure.CpuClock;
import io.headgate.perf.measure.Pairs;
import org.junit.jupiter.api.Test;

class PairsTest {

  @Test
  void theMedianIsOfTheRatiosNotOfTheValues() {
    Pairs pairs = new Pairs();
    pairs.add(1, 2);
    pairs.add(30, 10);
    pairs.add(8, 10);
    assertThat(pairs.median()).isEqualTo(0.8);
    assertThat(pairs).hasToString("0.80 (0.50–3.00)");
  }

  @Test
  void aBusyThreadUsesCpuTime() {
    CpuClock.Reading before = CpuClock.read(ProcessHandle.current().pid());
    long end = System.nanoTime() + 200_000_000;
    double sum = 0;
    while (System.nanoTime() < end) {
      sum += Math.sqrt(sum + 1);
    }
    CpuClock.Reading used = CpuClock.read(ProcessHandle.current().pid()).minus(before);
    assertThat(sum).isPositive();
    assertThat(used.nanos()).isBetween(20_000_000L, 5_000_000_000L);
    assertThat(CpuClock.resident(ProcessHandle.current().pid())).isGreaterThan(10L << 20);
  }
}
