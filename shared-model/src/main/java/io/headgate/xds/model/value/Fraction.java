package io.headgate.xds.model.value;

/**
 * A share of all cases.
 *
 * @param numerator more than the denominator counts as all
 * @param denominator 100, 10,000 or 1,000,000
 */
public record Fraction(long numerator, int denominator) {
  /** Every case. */
  public static final Fraction ALL = new Fraction(100, 100);

  public Fraction {
    Checks.require(
        denominator == 100 || denominator == 10_000 || denominator == 1_000_000,
        "denominator must be 100, 10000 or 1000000");
    Checks.require(
        numerator >= 0 && numerator <= 0xffff_ffffL, "numerator must be within 0..4294967295");
  }

  /** Whether a case is among them, by a number that is drawn evenly from all 64-bit numbers. */
  public boolean takes(long drawn) {
    return Long.remainderUnsigned(drawn, denominator) < numerator;
  }
}
