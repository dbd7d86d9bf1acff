package io.headgate.dataplane.harness;

/**
 * A target with a fault behind choices that chance alone does not make: before the others run, the
 * fuzzer has to find it, save it and say how to replay it.
 */
public final class PlantedFaultFuzz {
  private PlantedFaultFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(PlantedFaultFuzz::check, input);
  }

  static void check(Draw draw) {
    if (draw.nextInt(256) == 'h') {
      if (draw.nextInt(256) == 'e') {
        if (draw.nextInt(256) == 'a') {
          if (draw.nextInt(256) == 'd') {
            throw new IllegalStateException("the planted fault");
          }
        }
      }
    }
  }
}
