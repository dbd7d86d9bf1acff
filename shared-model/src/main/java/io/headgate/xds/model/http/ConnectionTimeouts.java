package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * Timeouts of downstream HTTP connections; zero switches one off.
 *
 * @param idle without any stream; 1 h by default
 * @param max age at which the connection drains
 * @param http1SafeMax whether an HTTP/1 connection of that age is told by its next answer only
 * @param drain from the drain's announcement to the close; 5 s by default
 * @param delayedClose to let a peer read the last answer; 1 s by default
 */
public record ConnectionTimeouts(
    Duration idle, Duration max, boolean http1SafeMax, Duration drain, Duration delayedClose) {
  public static final ConnectionTimeouts DEFAULT =
      new ConnectionTimeouts(
          Duration.ofHours(1), Duration.ZERO, false, Duration.ofSeconds(5), Duration.ofSeconds(1));

  public ConnectionTimeouts {
    Checks.notNegative(idle, "idle_timeout");
    Checks.notNegative(max, "max_connection_duration");
    Checks.notNegative(drain, "drain_timeout");
    Checks.notNegative(delayedClose, "delayed_close_timeout");
  }
}
