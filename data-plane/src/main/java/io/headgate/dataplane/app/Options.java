package io.headgate.dataplane.app;

import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How the process was started. */
record Options(
    Mode mode,
    Source bootstrap,
    Identity identity,
    Places places,
    int concurrency,
    Duration drainTime,
    String logLevel) {

  /** What the process is to do. */
  enum Mode {
    SERVE,
    VALIDATE
  }

  /** Where the bootstrap comes from; at least one of both is there. */
  record Source(
      @Nullable Path path,
      @Nullable String yaml,
      boolean allowUnknownStaticFields,
      boolean ignoreUnknownDynamicFields) {}

  /** What replaces the node's names; null keeps that of the bootstrap. */
  record Identity(@Nullable String node, @Nullable String cluster) {}

  /**
   * Places on this machine.
   *
   * @param bindAddress in the place of a wildcard; null binds to the wildcard
   * @param lastKnownGood null keeps nothing
   * @param handover null neither takes sockets over nor hands them on
   * @param systemAuthorities null for the file of the system
   */
  record Places(
      @Nullable String bindAddress,
      @Nullable Path adminAddressFile,
      @Nullable LastKnownGoodPlace lastKnownGood,
      @Nullable Path handover,
      @Nullable Path systemAuthorities) {}
}
