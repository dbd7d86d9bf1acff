package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are resumed.
 *
 * @param ticketKeys null for keys of the proxy's own, which no other proxy knows
 * @param stateless whether tickets are given out
 * @param stateful whether the proxy remembers sessions by their id (TLS 1.2)
 * @param timeout how long a session may be resumed; zero for the default of 2 hours
 */
public record SessionRules(
    @Nullable SecretRef ticketKeys, boolean stateless, boolean stateful, Duration timeout) {
  public static final SessionRules DEFAULT = new SessionRules(null, true, true, Duration.ZERO);

  public SessionRules {
    Checks.notNegative(timeout, "session_timeout");
    Checks.require(ticketKeys == null || stateless, "ticket keys without tickets");
    Checks.require(
        timeout.toSeconds() <= Integer.MAX_VALUE
            && timeout.equals(Duration.ofSeconds(timeout.toSeconds())),
        "session_timeout must be whole seconds");
    Checks.require(
        !(ticketKeys instanceof SecretRef.Own(SecretValue value))
            || value instanceof SessionTicketKeys,
        "ticket keys are needed");
  }
}
