package io.headgate.xds.model.value;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Range of IP addresses. */
public record CidrRange(String addressPrefix, int prefixLength) {
  public CidrRange {
    Checks.notEmpty(addressPrefix, "address_prefix");
    Checks.require(prefixLength >= 0 && prefixLength <= 128, "prefix_len must be within 0..128");
  }

  /** The same range with zeros behind its prefix, so that equal ranges are equal values. */
  public CidrRange masked() {
    byte[] bytes = InetAddress.ofLiteral(addressPrefix).getAddress();
    for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
    }
    try {
      return new CidrRange(InetAddress.getByAddress(bytes).getHostAddress(), prefixLength);
    } catch (UnknownHostException e) {
      throw new AssertionError("as long as an address", e);
    }
  }

  /** Returns whether an address lies in the range; one of the other family does not. */
  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    byte[] prefix = InetAddress.ofLiteral(addressPrefix).getAddress();
    if (prefix.length != bytes.length) {
      return false;
    }
    for (int bit = 0; bit < Math.min(prefixLength, bytes.length * 8); bit++) {
      int mask = 0x80 >> (bit & 7);
      if (((bytes[bit >> 3] ^ prefix[bit >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
