package io.headgate.controlplane.feedback;

/**
 * The one form in which hosts are named in windows: {@code ip:port}, an IPv6 address in brackets.
 */
final class HostAddress {
  private HostAddress() {}

  static String text(String ip, int port) {
    return ip.indexOf(':') >= 0 ? "[" + ip + "]:" + port : ip + ":" + port;
  }
}
