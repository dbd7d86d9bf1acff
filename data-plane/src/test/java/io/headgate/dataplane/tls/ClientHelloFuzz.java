package io.headgate.dataplane.tls;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: what a ClientHello says does not depend on how it was cut into records. */
public final class ClientHelloFuzz {
  private ClientHelloFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(ClientHelloFuzzTest::check, input);
  }
}
