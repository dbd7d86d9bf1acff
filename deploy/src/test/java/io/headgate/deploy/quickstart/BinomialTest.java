package io.headgate.deploy.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BinomialTest {

  @Test
  void smallCasesAreExact() {
    assertThat(Binomial.pValue(0, 2, 0.5)).isCloseTo(0.5, within(1e-9));
    assertThat(Binomial.pValue(1, 2, 0.5)).isCloseTo(1, within(1e-9));
    assertThat(Binomial.pValue(3, 3, 0.1)).isCloseTo(0.001, within(1e-9));
  }

  @Test
  void aTenthOfTwoThousandIsLikelyAndAFifthIsNot() {
    assertThat(Binomial.pValue(205, 2_000, 0.1)).isGreaterThan(0.5);
    assertThat(Binomial.pValue(300, 2_000, 0.1)).isLessThan(1e-6);
    assertThat(Binomial.pValue(0, 2_000, 0.1)).isLessThan(1e-6);
  }
}
