package io.headgate.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Free TCP ports for programs that cannot choose one themselves. */
public final class Ports {

  private static final int LOWEST = 15_000;
  private static final int BEYOND = 32_000;
  private static final int TRIES = 50;

  private Ports() {}

  /**
   * Different ports that are free on an address now; held together while they are drawn.
   *
   * <p>They lie below those that the kernel gives to clients: a client that keeps trying a closed
   * port of that range can meet itself there, and the port is taken when its server comes back.
   */
  public static List<Integer> free(String address, int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      InetAddress where = InetAddress.getByName(address);
      for (int tries = 0; held.size() < count; tries++) {
        ServerSocket socket = new ServerSocket();
        try {
          socket.bind(
              new InetSocketAddress(where, ThreadLocalRandom.current().nextInt(LOWEST, BEYOND)));
          held.add(socket);
        } catch (IOException e) {
          socket.close();
          if (tries == TRIES) {
            throw e;
          }
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
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
