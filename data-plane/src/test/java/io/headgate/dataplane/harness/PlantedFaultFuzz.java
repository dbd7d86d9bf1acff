package io.headgate.dataplane.harness;

/**
 * A target with a fault behind choices that chance alone does not make: before the others run, the
 * fuzzer has to find it, save it and say how to replay it.
 */
public final class PlantedFaultFuzz {
  private static final int[] WAY = {'h', 'e', 'a', 'd', 'g', 'a', 't', 'e'};

  private PlantedFaultFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(PlantedFaultFuzz::check, input);
  }

  static void check(Draw draw) {
    for (int step : WAY) {
      if (draw.nextInt(256) != step) {
        return;
      }
    }
    throw new IllegalStateException("the planted fault");
  }
}
