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

  private final String replicaId;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Numbered> own = new ArrayDeque<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private long sequence;

  /**
   * @param replicaId the name of this replica
   */
  public LoadBoard(String replicaId) {
    this.replicaId = replicaId;
  }

  /** Is given the windows of this replica and of all others. */
  @FunctionalInterface
  public interface Listener {
    void window(String replicaId, LoadWindow window);
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
    listeners.forEach(listener -> listener.window(replicaId, window));
  }

  void remote(String replicaId, LoadWindow window) {
    listeners.forEach(listener -> listener.window(replicaId, window));
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
