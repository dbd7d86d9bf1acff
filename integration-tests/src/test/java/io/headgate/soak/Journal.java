package io.headgate.soak;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What backends did to exchanges. Thread: any. */
final class Journal {
  /** A backend that died in a span of {@link System#nanoTime}. */
  private record Death(String address, long begin, long end) {}

  private final Set<String> killed = ConcurrentHashMap.newKeySet();
  private final List<Death> deaths = new CopyOnWriteArrayList<>();

  /** An exchange ended with its backend, and nothing after this line of it went out. */
  void killed(String id) {
    killed.add(id);
  }

  /**
   * A backend closed all its connections.
   *
   * @param begin when it began to; by now it is over
   */
  void died(String address, long begin) {
    deaths.add(new Death(address, begin, System.nanoTime()));
  }

  boolean wasKilled(String id) {
    return killed.contains(id);
  }

  /** Whether the backend at an address died between two times. */
  boolean diedBetween(String address, long from, long to) {
    return deaths.stream()
        .anyMatch(death -> death.address.equals(address) && death.end >= from && death.begin <= to);
  }
}
