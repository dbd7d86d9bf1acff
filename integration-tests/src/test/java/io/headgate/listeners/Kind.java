package io.headgate.listeners;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A kind of connection of the table. */
enum Kind {
  H1,
  H2,
  WEBSOCKET,
  CONNECT,
  TCP;

  /** Whether the chain of requests carries it, not that of bytes. */
  boolean isHttp() {
    return this != TCP;
  }

  /** Opens one and sees that it works. */
  Live open(InetSocketAddress address) throws IOException {
    return switch (this) {
      case H1 -> new H1(address);
      case H2 -> new H2(address);
      case WEBSOCKET ->
          Tunnel.open(
              address,
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
              "HTTP/1.1 101 ");
      case CONNECT ->
          Tunnel.open(address, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "HTTP/1.1 200 ");
      case TCP -> Tunnel.open(address, "", "");
    };
  }
}
