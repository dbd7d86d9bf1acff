package io.headgate.dataplane.observe;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: what the decoder takes for an access-log format makes whole, safe lines. */
public final class LogFormatFuzz {
  private LogFormatFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(LogFormatFuzzTest::check, input);
  }
}
