package io.headgate.dataplane.overload;

import io.headgate.dataplane.listener.ConnectionGate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the downstream connections of the process, and lets listeners wait while there is no room
 * for another: new ones then stay in the operating system's backlog, and nothing spins.
 *
 * <p>Descriptors are read once in a while only, so connections that came since then count as two
 * each, for themselves and for their upstream.
 *
 * <p><b>Thread:</b> any.
 */
final class AcceptGate implements ConnectionGate {
  private final long maxConnections;
  private final long maxDescriptors;
  private final Set<Acceptor> acceptors = ConcurrentHashMap.newKeySet();
  private final AtomicLong open = new AtomicLong();
  private final AtomicInteger enteredSinceLook = new AtomicInteger();
  private volatile long descriptorsAtLook;
  private volatile boolean stopped;
  private volatile boolean accepting = true;

  /**
   * Makes a gate.
   *
   * @param maxDescriptors those of the process without the reserve
   */
  AcceptGate(long maxConnections, long maxDescriptors) {
    this.maxConnections = maxConnections;
    this.maxDescriptors = maxDescriptors;
  }

  long open() {
    return open.get();
  }

  boolean isAccepting() {
    return accepting;
  }

  @Override
  public boolean enter() {
    if (open.incrementAndGet() > maxConnections) {
      open.decrementAndGet();
      return false;
    }
    if (isShort(enteredSinceLook.incrementAndGet())) {
      apply(false);
    }
    return true;
  }

  @Override
  public void leave() {
    open.decrementAndGet();
  }

  private boolean isShort(int entered) {
    return descriptorsAtLook + 2L * entered >= maxDescriptors;
  }

  /** Looks again: how many descriptors there are, and whether an action stops accepting. */
  void look(long descriptors, boolean stop) {
    enteredSinceLook.set(0);
    descriptorsAtLook = descriptors;
    stopped = stop;
    apply(!stop && !isShort(0));
  }

  private void apply(boolean accepts) {
    accepting = accepts;
    // Told each time: a socket that ran into the limit by itself begins again after a second.
    acceptors.forEach(acceptor -> acceptor.accept(accepts));
  }

  @Override
  public void watch(Acceptor acceptor) {
    acceptors.add(acceptor);
    if (stopped || !accepting) {
      acceptor.accept(false);
    }
  }

  @Override
  public void forget(Acceptor acceptor) {
    acceptors.remove(acceptor);
  }
}
