package io.headgate.controlplane.feedback;

import java.net.InetAddress;

/**
 * The one form in which hosts are named in windows: {@code ip:port}, an IPv6 address in brackets.
 */
final class HostAddress {
  private HostAddress() {}

  /** Answers the same for each form of an address that is written in several. */
  static String text(String ip, int port) {
    return ip.indexOf(':') >= 0 ? "[" + plain(ip) + "]:" + port : ip + ":" + port;
  }

  private static String plain(String ip) {
    try {
      return InetAddress.ofLiteral(ip).getHostAddress();
    } catch (IllegalArgumentException e) {
      return ip; // whoever reports it means no host of ours
    }
  }
}
