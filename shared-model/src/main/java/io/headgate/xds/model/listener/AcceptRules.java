package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/**
 * Which connections a listener takes, and how long they may take to say what they are.
 *
 * @param filtersTimeout until the first bytes were looked at, 15 s by default; zero for no limit
 * @param continueOnTimeout whether a connection goes on when that time is over, instead of closing
 * @param ignoreGlobalLimit whether its connections do not count towards the process's limit
 * @param bypassOverload whether no overload action applies to its connections
 * @param clientLimits what one client may take
 */
public record AcceptRules(
    Duration filtersTimeout,
    boolean continueOnTimeout,
    boolean ignoreGlobalLimit,
    boolean bypassOverload,
    ClientLimits clientLimits) {
  public static final AcceptRules DEFAULT =
      new AcceptRules(Duration.ofSeconds(15), false, false, false, ClientLimits.NONE);

  public AcceptRules {
    Checks.notNegative(filtersTimeout, "listener_filters_timeout");
  }
}
