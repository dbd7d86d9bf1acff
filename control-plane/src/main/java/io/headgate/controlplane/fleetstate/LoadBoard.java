package io.headgate.controlplane.fleetstate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The load windows of this replica, for the others, and theirs, for this one. Keeps the last
 * {@value #KEPT} of its own: a replica that connects later is not told of older ones.
 *
 * <p>Thread: any; listeners are called by the thread that brings a window.
 */
public final class LoadBoard {
  private static final int KEPT = 12;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Numbered> own = new ArrayDeque<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private long sequence;

  /** Is given the windows of other replicas. */
  @FunctionalInterface
  public interface Listener {
    void remoteWindow(String replicaId, LoadWindow window);
  }

  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** A window of this replica ended. */
  public void publish(LoadWindow window) {
    lock.lock();
    try {
      own.addLast(new Numbered(++sequence, window));
      if (own.size() > KEPT) {
        own.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  void remote(String replicaId, LoadWindow window) {
    listeners.forEach(listener -> listener.remoteWindow(replicaId, window));
  }

  long sequence() {
    lock.lock();
    try {
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  List<LoadWindow> since(long seen) {
    lock.lock();
    try {
      return own.stream().filter(entry -> entry.sequence() > seen).map(Numbered::window).toList();
    } finally {
      lock.unlock();
    }
  }

  private record Numbered(long sequence, LoadWindow window) {}
}
