package io.headgate.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Free TCP ports for programs that cannot choose one themselves. */
public final class Ports {

  private Ports() {}

  /** Different ports that are free on an address now; held together while they are drawn. */
  public static List<Integer> free(String address, int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        ports.add(socket.getLocalPort());
      }
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + address, e);
    } finally {
      for (ServerSocket socket : held) {
        try {
          socket.close();
        } catch (IOException e) {
          // A port that stays taken is only one port less.
        }
      }
    }
  }

  /** One port that is free on an address now. */
  public static int free(String address) {
    return free(address, 1).getFirst();
  }
}
