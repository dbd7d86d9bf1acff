package io.headgate.deploy.quickstart;

/** The exact two-sided binomial test. */
public final class Binomial {

  private Binomial() {}

  /**
   * The probability of a count at least as unlikely as {@code hits}, were each of {@code trials} a
   * hit with probability {@code share}.
   */
  public static double pValue(int hits, int trials, double share) {
    double observed = logProbability(hits, trials, share);
    double sum = 0;
    for (int k = 0; k <= trials; k++) {
      double each = logProbability(k, trials, share);
      if (each <= observed + 1e-9) {
        sum += Math.exp(each);
      }
    }
    return Math.min(1, sum);
  }

  private static double logProbability(int hits, int trials, double share) {
    return logFactorial(trials)
        - logFactorial(hits)
        - logFactorial(trials - hits)
        + hits * Math.log(share)
        + (trials - hits) * Math.log1p(-share);
  }

  private static double logFactorial(int n) {
    double sum = 0;
    for (int i = 2; i <= n; i++) {
      sum += Math.log(i);
    }
    return sum;
  }
}
