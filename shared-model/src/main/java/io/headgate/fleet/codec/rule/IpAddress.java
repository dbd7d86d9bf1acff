package io.headgate.fleet.codec.rule;

import java.net.InetAddress;

/** Tells IP addresses from other texts without ever asking a name server. */
public final class IpAddress {
  private IpAddress() {}

  public static boolean isValid(String text) {
    try {
      return InetAddress.ofLiteral(text) != null && !lax(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The bytes of an address; none when the text is no address. */
  public static byte[] bytes(String text) {
    return isValid(text) ? InetAddress.ofLiteral(text).getAddress() : new byte[0];
  }

  /** The JDK also takes 10.1 and 010.0.0.1, which other programs read differently. */
  private static boolean lax(String text) {
    if (text.contains(":")) {
      return false;
    }
    String[] parts = text.split("\\.", -1);
    for (String part : parts) {
      if (part.length() > 1 && part.startsWith("0")) {
        return true;
      }
    }
    return parts.length != 4;
  }
}
