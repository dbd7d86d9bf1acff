package io.headgate.xds.model.http;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.CidrRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param detection how the client is found instead of by the fields before; null for by them
 */
public record ForwardedRules(
    boolean useRemoteAddress,
    int xffNumTrustedHops,
    boolean skipXffAppend,
    boolean appendPort,
    String via,
    List<CidrRange> internal,
    @Nullable Detection detection) {

  /**
   * Envoy's {@code XffConfig}: which entry of x-forwarded-for is the client.
   *
   * @param trusted the last entry outside of these is, when the peer is in them; none: by hops
   * @param hops entries at the end that are proxies
   * @param skipAppend whether x-forwarded-for passes unchanged
   */
  public record Detection(List<CidrRange> trusted, int hops, boolean skipAppend) {
    public Detection {
      trusted = List.copyOf(trusted);
      Checks.atLeast(hops, 0, "xff_num_trusted_hops");
      Checks.require(
          trusted.isEmpty() || hops == 0,
          "xff_trusted_cidrs and xff_num_trusted_hops exclude each other");
    }
  }

  public static final ForwardedRules DEFAULT =
      new ForwardedRules(false, 0, false, false, "", List.of(), null);

  public ForwardedRules {
    internal = List.copyOf(internal);
    Checks.atLeast(xffNumTrustedHops, 0, "xff_num_trusted_hops");
    Checks.require(
        detection == null || (!useRemoteAddress && xffNumTrustedHops == 0),
        "original_ip_detection_extensions exclude use_remote_address and xff_num_trusted_hops");
  }
}
