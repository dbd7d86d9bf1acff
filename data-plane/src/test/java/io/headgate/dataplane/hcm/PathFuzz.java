package io.headgate.dataplane.hcm;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: what policy reads of a path is final and goes upstream. */
public final class PathFuzz {
  private PathFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(PathFuzzTest::check, input);
  }
}
