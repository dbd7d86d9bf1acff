package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which connections a listener takes, how long they may take to say what they are, and when they
 * are to go.
 *
 * @param filtersTimeout until the first bytes were looked at, 15 s by default; zero for no limit
 * @param continueOnTimeout whether a connection goes on when that time is over, instead of closing
 * @param ignoreGlobalLimit whether its connections do not count towards the process's limit
 * @param bypassOverload whether no overload action applies to its connections
 * @param clientLimits what one client may take
 * @param proxyProtocol how the first bytes tell who the client is; null when they do not
 * @param drainsOnlyWhenModified whether they stay when the process is taken out of service, and go
 *     only with their listener or with the process
 */
public record AcceptRules(
    Duration filtersTimeout,
    boolean continueOnTimeout,
    boolean ignoreGlobalLimit,
    boolean bypassOverload,
    ClientLimits clientLimits,
    @Nullable ProxyProtocol proxyProtocol,
    boolean drainsOnlyWhenModified) {
  public static final AcceptRules DEFAULT =
      new AcceptRules(Duration.ofSeconds(15), false, false, false, ClientLimits.NONE);

  /** Rules for clients that come without a proxy before them. */
  public AcceptRules(
      Duration filtersTimeout,
      boolean continueOnTimeout,
      boolean ignoreGlobalLimit,
      boolean bypassOverload,
      ClientLimits clientLimits) {
    this(
        filtersTimeout,
        continueOnTimeout,
        ignoreGlobalLimit,
        bypassOverload,
        clientLimits,
        null,
        false);
  }

  public AcceptRules {
    Checks.notNegative(filtersTimeout, "listener_filters_timeout");
  }
}
