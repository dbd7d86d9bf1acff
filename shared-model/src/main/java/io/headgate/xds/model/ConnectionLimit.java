package io.headgate.xds.model;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * Bounds the connections that a filter chain has open; one more is closed without a byte.
 *
 * @param delay how long a connection that is too many is held before it is closed
 */
public record ConnectionLimit(String statPrefix, long maxConnections, Duration delay)
    implements NetworkFilter {
  public ConnectionLimit {
    Checks.notEmpty(statPrefix, "stat_prefix");
    Checks.require(maxConnections >= 1, "max_connections must be at least 1");
    Checks.notNegative(delay, "delay");
  }
}
