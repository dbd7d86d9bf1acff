package io.headgate.xds.model;

/**
 * How the client's address and the hops before are learnt and passed on.
 *
 * @param useRemoteAddress the connection's peer is the client: headers about earlier hops are not
 *     believed
 * @param xffNumTrustedHops proxies in front whose x-forwarded-for entries are believed
 * @param skipXffAppend whether x-forwarded-for passes unchanged
 * @param via appended to the via header; empty for none
 */
public record ForwardedRules(
    boolean useRemoteAddress, int xffNumTrustedHops, boolean skipXffAppend, String via) {
  public static final ForwardedRules DEFAULT = new ForwardedRules(false, 0, false, "");

  public ForwardedRules {
    Checks.atLeast(xffNumTrustedHops, 0, "xff_num_trusted_hops");
  }
}
