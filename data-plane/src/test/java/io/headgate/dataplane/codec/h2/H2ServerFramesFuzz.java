package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: frames of a client in any order. */
public final class H2ServerFramesFuzz {
  private H2ServerFramesFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(H2RandomFramesTest::run, input);
  }
}
