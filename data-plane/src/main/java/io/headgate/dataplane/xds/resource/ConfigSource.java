package io.headgate.dataplane.xds.resource;

import java.time.Instant;
import java.util.Optional;

/**
 * Where the config in force comes from.
 *
 * @param receivedAt when it was received from a management server; empty with {@link Kind#NONE}
 * @param file the file that was read, with {@link Kind#LAST_KNOWN_GOOD}
 * @param problem why the newest file was not used; empty when nothing was wrong
 */
public record ConfigSource(Kind kind, Optional<Instant> receivedAt, String file, String problem) {
  /** The kinds of source, as in the status stream. */
  public enum Kind {
    /** Nothing was received, and nothing was read. */
    NONE,
    /** A management server is connected and its config serves. */
    LIVE,
    /** From a management server that is not connected now. */
    RETAINED,
    /** Read from disk. */
    LAST_KNOWN_GOOD
  }

  /** Before anything was received. */
  public static ConfigSource none(String problem) {
    return new ConfigSource(Kind.NONE, Optional.empty(), "", problem);
  }
}
