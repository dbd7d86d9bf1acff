package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: frames of a backend in any order. */
public final class H2ClientFramesFuzz {
  private H2ClientFramesFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(H2RandomFramesTest::runClient, input);
  }
}
