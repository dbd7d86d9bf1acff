package io.headgate.dataplane.filters.headermutation;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: changes of fields are those of a model. */
public final class HeaderMutationFuzz {
  private HeaderMutationFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(HeaderMutationFuzzTest::check, input);
  }
}
