package io.headgate.dataplane.listener;

/**
 * Bounds the connections of the whole process: how many there are, and whether listeners accept at
 * all.
 *
 * <p><b>Thread:</b> any.
 */
public interface ConnectionGate {
  /** A gate that lets everything through. */
  ConnectionGate OPEN =
      new ConnectionGate() {
        @Override
        public boolean enter() {
          return true;
        }

        @Override
        public void leave() {}

        @Override
        public void watch(Acceptor acceptor) {}

        @Override
        public void forget(Acceptor acceptor) {}
      };

  /** A listener's socket, which can wait. */
  interface Acceptor {
    /** Accepts, or leaves new connections in the backlog of the operating system. */
    void accept(boolean accepts);
  }

  /** A connection wants to count; returns false when there is no room for it. */
  boolean enter();

  /** A connection that counted is closed. */
  void leave();

  /** A listener is open; it is told at once when it shall not accept. */
  void watch(Acceptor acceptor);

  /** A listener is closed. */
  void forget(Acceptor acceptor);
}
