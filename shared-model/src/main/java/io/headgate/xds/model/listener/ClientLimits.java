package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one client may take of a listener; Headgate's own listener filter.
 *
 * @param connectionsPerAddress open connections of one client address; 0 for no limit
 * @param requestRate of one connection; null for no limit
 */
public record ClientLimits(int connectionsPerAddress, @Nullable Rate requestRate) {
  public static final ClientLimits NONE = new ClientLimits(0, null);

  /**
   * A token bucket, full at the start.
   *
   * @param requests tokens that are added in an interval
   * @param burst tokens that it holds at most
   * @param drainAfter refused requests in a row after which the connection drains; 0 for never
   */
  public record Rate(int requests, Duration interval, int burst, int drainAfter) {
    public Rate {
      Checks.atLeast(requests, 1, "requests");
      Checks.positive(interval, "interval");
      Checks.atLeast(burst, 1, "burst");
      Checks.atLeast(drainAfter, 0, "drain_after");
    }
  }

  public ClientLimits {
    Checks.atLeast(connectionsPerAddress, 0, "max_connections_per_address");
  }
}
