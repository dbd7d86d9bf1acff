package io.headgate.dataplane.codec.h2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The flow control of a connection as a whole: how much body the peer takes, and how much window it
 * is given back for what was consumed.
 *
 * <p><i>Spec:</i> RFC 9113 §6.9. <i>Units:</i> bytes of DATA payload, padding included.
 * <b>Thread:</b> the connection's event loop.
 */
final class ConnectionWindows {
  private static final H2Stream[] NONE = {};

  private final H2Connection connection;
  private final int ownWindow;
  private final int ownStreamWindow;
  private int sendWindow = Frames.DEFAULT_WINDOW;
  private int peerStreamWindow = Frames.DEFAULT_WINDOW;
  private int newStreamWindow = -1;
  private int receiveWindow = Frames.DEFAULT_WINDOW;
  private int uncredited;
  private long heldBytes;

  ConnectionWindows(H2Connection connection, int ownWindow, int ownStreamWindow) {
    this.connection = connection;
    this.ownWindow = ownWindow;
    this.ownStreamWindow = ownStreamWindow;
  }

  /** Gives the peer what the config grants beyond the protocol's default. */
  void begin() {
    int more = ownWindow - Frames.DEFAULT_WINDOW;
    if (more > 0) {
      receiveWindow += more;
      connection.out().windowUpdate(0, more);
    }
  }

  // ---- what we may send

  int sendWindow() {
    return sendWindow;
  }

  /** The window that a new stream of ours begins with. */
  int peerStreamWindow() {
    return peerStreamWindow;
  }

  /** Returns whether a piece of body may pass the round of those that wait. */
  boolean maySendNow(int n) {
    return connection.sender().isIdle()
        && n <= sendWindow
        && n <= connection.out().maxPayload()
        && connection.isWritable();
  }

  void wroteData(int n) {
    sendWindow -= n;
    connection.budgets().dataFrameSent();
  }

  /** The peer's SETTINGS have a new window for streams; {@link #adaptStreams} puts it in force. */
  void peerStreamWindow(int window) {
    newStreamWindow = window;
  }

  /** Adapts the streams once, whatever was repeated; returns whether their windows are legal. */
  boolean adaptStreams() {
    if (newStreamWindow < 0) {
      return true;
    }
    int change = newStreamWindow - peerStreamWindow;
    peerStreamWindow = newStreamWindow;
    newStreamWindow = -1;
    for (H2Stream stream : change == 0 ? NONE : connection.streams().all()) {
      if (!stream.growSendWindow(change)) {
        return false;
      }
    }
    return true;
  }

  /** Adds a WINDOW_UPDATE of the connection; returns whether the window is a legal one. */
  boolean grow(int increment) {
    if ((long) sendWindow + increment > Integer.MAX_VALUE) {
      return false;
    }
    sendWindow += increment;
    if (!connection.sender().isIdle()) {
      connection.out().flushLater();
    }
    return true;
  }

  // ---- what the peer may send

  /** Accounts for a DATA frame; returns whether the window allows it. */
  boolean take(int flowBytes) {
    receiveWindow -= flowBytes;
    return receiveWindow >= 0;
  }

  /** Bytes of a paused stream wait: returns how many of them the connection gives window for. */
  int hold(int n) {
    if (n == 0 || heldBytes + n > connection.mostHeldBytes()) {
      return 0;
    }
    heldBytes += n;
    creditConnection(n);
    return n;
  }

  /** Bytes that {@link #hold} gave window for wait no longer. */
  void letGo(int n) {
    heldBytes -= n;
  }

  /** Bytes were consumed, of a stream or, with null, of nobody: gives window back when it pays. */
  void credit(@Nullable H2Stream stream, int n) {
    credit(stream, n, 0);
  }

  /** The same for bytes of which the connection has given window for some before. */
  void credit(@Nullable H2Stream stream, int n, int before) {
    if (n == 0 || !connection.isOpen()) {
      return;
    }
    creditConnection(n - before);
    if (stream != null) {
      int give = stream.consumed(n, ownStreamWindow);
      if (give > 0) {
        connection.out().windowUpdate(stream.id(), give);
      }
    }
  }

  private void creditConnection(int n) {
    if (!connection.isOpen()) {
      return;
    }
    uncredited += n;
    if (uncredited >= ownWindow / 2) {
      receiveWindow += uncredited;
      connection.out().windowUpdate(0, uncredited);
      uncredited = 0;
    }
  }

  /** A body that nobody wants is consumed. */
  void drop(ByteBuf data) {
    credit(null, data.readableBytes());
    data.release();
  }
}
