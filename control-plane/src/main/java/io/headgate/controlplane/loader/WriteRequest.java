package io.headgate.controlplane.loader;

import java.util.OptionalLong;

/**
 * Who writes, why, and under what condition.
 *
 * @param reason free text, may be empty
 * @param expected revision that the newest value must have, 0 for no such key; absent for any
 * @param dryRun checks everything and writes nothing
 */
public record WriteRequest(String principal, String reason, OptionalLong expected, boolean dryRun) {
  public static WriteRequest by(String principal, String reason) {
    return new WriteRequest(principal, reason, OptionalLong.empty(), false);
  }

  public WriteRequest expecting(long revision) {
    return new WriteRequest(principal, reason, OptionalLong.of(revision), dryRun);
  }

  public WriteRequest asDryRun() {
    return new WriteRequest(principal, reason, expected, true);
  }
}
