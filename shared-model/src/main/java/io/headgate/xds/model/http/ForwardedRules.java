package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.CidrRange;
import java.util.List;

/**
 * How the client's address and the hops before are learnt and passed on.
 *
 * @param useRemoteAddress the connection's peer is the client: headers about earlier hops are not
 *     believed
 * @param xffNumTrustedHops proxies in front whose x-forwarded-for entries are believed
 * @param skipXffAppend whether x-forwarded-for passes unchanged
 * @param appendPort whether x-forwarded-port is set
 * @param via appended to the via header; empty for none
 * @param internal addresses whose requests are internal ones; none by default
 */
public record ForwardedRules(
    boolean useRemoteAddress,
    int xffNumTrustedHops,
    boolean skipXffAppend,
    boolean appendPort,
    String via,
    List<CidrRange> internal) {
  public static final ForwardedRules DEFAULT =
      new ForwardedRules(false, 0, false, false, "", List.of());

  public ForwardedRules {
    internal = List.copyOf(internal);
    Checks.atLeast(xffNumTrustedHops, 0, "xff_num_trusted_hops");
  }
}
