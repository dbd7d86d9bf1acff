package io.headgate.fleet;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One host of a service, as it registered itself.
 *
 * @param address an IP address, without brackets
 * @param port the port of the registered address
 */
public record Host(HostKey key, String address, int port, Details details) {

  /**
   * Where requests for a service's port go at this host: the host's own answer, the service's, the
   * address's.
   */
  public int portFor(Service.Port servicePort) {
    Integer own = details.ports().get(servicePort.name());
    if (own != null) {
      return own;
    }
    return servicePort.target() != null ? servicePort.target() : port;
  }

  /**
   * What a host says of itself.
   *
   * @param weight relative to the other hosts of the service, 0 or more; 0 sends nothing
   * @param zone null when the host named none
   * @param draining takes no new requests and is about to leave
   * @param ports port name of the service → port number at this host
   */
  public record Details(
      double weight,
      @Nullable String zone,
      boolean draining,
      Map<String, Integer> ports,
      Map<String, String> labels) {
    /** A host that says nothing. */
    public static final Details NONE = new Details(1, null, false, Map.of(), Map.of());

    public Details {
      ports = Map.copyOf(ports);
      labels = Map.copyOf(labels);
    }

    /** The same, draining. */
    public Details leaving() {
      return new Details(weight, zone, true, ports, labels);
    }
  }
}
