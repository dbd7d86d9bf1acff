package io.headgate.dataplane.xds;

import io.headgate.dataplane.xds.resource.ConfigSource;
import java.time.Instant;
import java.util.Optional;

/**
 * Knows where the config in force comes from.
 *
 * <pre>
 *   none ──received──▶ live ──lost──▶ retained ──received, agreed──▶ live
 *     └──read from disk──▶ last-known-good ──received, agreed──▶ live
 * </pre>
 *
 * <p>Thread: the xds thread writes, any thread may read.
 */
final class SourceTracker {
  private final XdsMetrics metrics;
  private volatile ConfigSource current = ConfigSource.none("");

  SourceTracker(XdsMetrics metrics) {
    this.metrics = metrics;
  }

  ConfigSource current() {
    return current;
  }

  /** What is wrong with the newest file on disk. */
  void problem(String problem) {
    become(new ConfigSource(current.kind(), current.receivedAt(), current.file(), problem));
  }

  void readFromDisk(Instant receivedAt, String file) {
    become(
        new ConfigSource(
            ConfigSource.Kind.LAST_KNOWN_GOOD, Optional.of(receivedAt), file, current.problem()));
  }

  /**
   * A response came.
   *
   * @param applied whether anything of it was applied, or it confirmed what is held
   */
  void received(Instant now, boolean applied) {
    if (applied) {
      become(new ConfigSource(ConfigSource.Kind.LIVE, Optional.of(now), "", current.problem()));
    }
  }

  /** The server has looked at what we hold and has nothing to say. */
  void agreed() {
    switch (current.kind()) {
      case RETAINED, LAST_KNOWN_GOOD ->
          become(
              new ConfigSource(
                  ConfigSource.Kind.LIVE, current.receivedAt(), "", current.problem()));
      case NONE, LIVE -> {}
    }
  }

  void lost() {
    if (current.kind() == ConfigSource.Kind.LIVE) {
      become(
          new ConfigSource(
              ConfigSource.Kind.RETAINED, current.receivedAt(), "", current.problem()));
    }
  }

  private void become(ConfigSource next) {
    if (!next.equals(current)) {
      current = next;
      metrics.configSource(next);
    }
  }
}
