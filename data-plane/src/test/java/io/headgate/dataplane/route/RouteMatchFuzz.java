package io.headgate.dataplane.route;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: the index of a table finds the route that asking every route in turn finds. */
public final class RouteMatchFuzz {
  private RouteMatchFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(RouteMatchFuzzTest::check, input);
  }
}
