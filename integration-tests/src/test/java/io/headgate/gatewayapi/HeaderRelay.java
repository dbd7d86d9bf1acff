package io.headgate.gatewayapi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What stands in front of a proxy and passes connections on, each behind the same bytes. */
final class HeaderRelay implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  private final String address;
  private final int port;
  private final byte[] header;

  HeaderRelay(String address, int port, byte[] header) throws IOException {
    this.address = address;
    this.port = port;
    this.header = header;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> relay(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void relay(Socket client) {
    try (client;
        Socket proxy = new Socket(address, port)) {
      proxy.getOutputStream().write(header);
      Thread back = Thread.ofVirtual().start(() -> pipe(proxy, client));
      pipe(client, proxy);
      back.join();
    } catch (IOException e) {
      // The connection is over, which its client sees.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pipe(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction ends as well.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
