package io.headgate.xds.model.cluster;

import io.headgate.xds.model.listener.ProxyProtocol;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import io.headgate.xds.model.value.Checks;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The PROXY header at the start of each connection to a host. No connection is shared by clients
 * whose headers differ.
 *
 * @param passed which of the values that came with the client's own header go on; version 2 only
 * @param added values besides them; version 2 only
 */
public record UpstreamProxyProtocol(Version version, ProxyProtocol.Passed passed, List<Tlv> added) {
  /** A type and its value. */
  public record Tlv(int type, byte[] value) {
    public Tlv {
      Checks.require(type >= 0 && type <= 255, "type must be within 0..255");
      Checks.require(value.length >= 1, "value must not be empty");
      value = value.clone();
    }

    @Override
    public byte[] value() {
      return value.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Tlv tlv && type == tlv.type && Arrays.equals(value, tlv.value);
    }

    @Override
    public int hashCode() {
      return 31 * type + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return type + "=" + HexFormat.of().formatHex(value);
    }
  }

  public UpstreamProxyProtocol {
    added = List.copyOf(added);
    int bytes = added.stream().mapToInt(tlv -> 3 + tlv.value.length).sum();
    Checks.require(bytes <= 4096, "added_tlvs must not exceed 4096 bytes");
  }
}
