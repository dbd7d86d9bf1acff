package io.headgate.dataplane.listener;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client address has open with a listener. Holds an entry for as long as
 * an address has one. <b>Thread:</b> any.
 */
final class ClientAddresses {
  private final ConcurrentHashMap<InetAddress, Integer> open = new ConcurrentHashMap<>();

  /** Counts a connection; returns false, and counts nothing, when the address has all it may. */
  boolean enter(InetAddress address, int limit) {
    boolean[] room = {false};
    open.compute(
        address,
        (_, count) -> {
          int now = count == null ? 0 : count;
          room[0] = now < limit;
          return room[0] ? Integer.valueOf(now + 1) : count;
        });
    return room[0];
  }

  /** A connection that was counted is closed. */
  void leave(InetAddress address) {
    open.computeIfPresent(address, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  int size() {
    return open.size();
  }
}
