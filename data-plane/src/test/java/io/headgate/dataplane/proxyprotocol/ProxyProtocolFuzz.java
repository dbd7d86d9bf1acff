package io.headgate.dataplane.proxyprotocol;

import io.headgate.dataplane.harness.Fuzz;

/** Fuzz target: PROXY headers, read within their bounds and as they were written. */
public final class ProxyProtocolFuzz {
  private ProxyProtocolFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(ProxyHeaderTest::check, input);
  }
}
